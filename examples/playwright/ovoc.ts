import { test as base } from '@playwright/test'
import { connectOvocMock } from 'ovoc-mock'
import type { SandboxClient } from 'ovoc-mock'

/** Playwright's test with an OVOC for each worker, brought back to how it was before each test. */
export const test = base.extend<{ ovoc: SandboxClient }, { workerOvoc: SandboxClient }>({
  workerOvoc: [async ({}, use, { workerIndex }) => { // eslint-disable-line no-empty-pattern -- Playwright reads the braces
    const sandbox = await connectOvocMock('http://127.0.0.1:4010').sandbox(`worker-${workerIndex}`)
    await use(sandbox)
    await sandbox.drop()
  }, { scope: 'worker' }],
  ovoc: async ({ workerOvoc }, use) => {
    await workerOvoc.reset()
    await use(workerOvoc)
  }
})

import t from 'tap'
import type { Test } from 'tap'
import { connectOvocMock } from '../../src/index.ts'
import type { OvocMockConnection } from '../../src/index.ts'
import { spawnCli, start } from '../harness.ts'

const adminToken = 's3cret'
const remote = spawnCli(t, ['--port', '0', '--json', '--seed', '7', '--customers', '20', '--admin-token', adminToken])
const { url } = JSON.parse(await remote.line())

/**
 * Declares a test twice: with a server in this process, and with the command in its own process, which requires a
 * token.
 */
export function bothWays (sentence: string, test: (t: Test, ovoc: OvocMockConnection) => Promise<void>): void {
  t.test(`${sentence} (in process)`, async t => test(t, await start(t, { seed: 7, customers: 20 })))
  t.test(`${sentence} (another process)`, async t => {
    const ovoc = connectOvocMock(url, { adminToken })
    await test(t, ovoc)
    await ovoc.close()
  })
}

// npx vitest run
import { startOvocMock } from 'ovoc-mock'
import type { OvocMock, SandboxClient } from 'ovoc-mock'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { verifyCustomer } from '../verify-customer.js'

let ovoc: OvocMock
let sandbox: SandboxClient
beforeAll(async () => { ovoc = await startOvocMock() }) // on any free port
beforeEach(async () => { sandbox = await ovoc.sandbox() }) // each test has an OVOC of its own
afterAll(() => ovoc.close())

test('a customer in trouble is reported', async () => {
  await sandbox.customers.patch(85844, { status: 'WARNING' })
  expect(await verifyCustomer(sandbox.url, 85844)).toBe('WARNING')
})

test('a busy OVOC is asked again', async () => {
  await sandbox.rules.add({ match: { operation: 'verifyCustomer' }, status: 503, times: 2 })
  expect(await verifyCustomer(sandbox.url, 85844)).toBe('ERROR')
  await sandbox.requests.verify({ operation: 'verifyCustomer', times: 3 })
})

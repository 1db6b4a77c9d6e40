// NODE_OPTIONS=--experimental-vm-modules npx jest
import { afterAll, beforeEach, expect, test } from '@jest/globals'
import { connectOvocMock } from 'ovoc-mock'
import { verifyCustomer } from '../verify-customer.js'

const ovoc = connectOvocMock(process.env.OVOC_URL ?? '') // of the server that start-ovoc.js started
/** @type {import('ovoc-mock').SandboxClient} */
let sandbox
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

// node --test
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startOvocMock } from 'ovoc-mock'
import { verifyCustomer } from '../verify-customer.js'

/** @type {import('ovoc-mock').OvocMock} */
let ovoc
before(async () => { ovoc = await startOvocMock() }) // on any free port
after(() => ovoc.close())

test('a customer in trouble is reported', async () => {
  const sandbox = await ovoc.sandbox() // an OVOC of its own, so tests may run side by side
  await sandbox.customers.patch(85844, { status: 'WARNING' })
  assert.equal(await verifyCustomer(sandbox.url, 85844), 'WARNING')
})

test('a busy OVOC is asked again', async () => {
  const sandbox = await ovoc.sandbox()
  await sandbox.rules.add({ match: { operation: 'verifyCustomer' }, status: 503, times: 2 })
  assert.equal(await verifyCustomer(sandbox.url, 85844), 'ERROR')
  await sandbox.requests.verify({ operation: 'verifyCustomer', times: 3 })
})

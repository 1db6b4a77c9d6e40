// OVOC_URL=http://127.0.0.1:4010 OVOC_ADMIN_TOKEN=of-the-tests node --test
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectOvocMock } from 'ovoc-mock'
import { verifyCustomer } from '../verify-customer.js'

const ovoc = connectOvocMock(process.env.OVOC_URL ?? 'http://127.0.0.1:4010', { adminToken: process.env.OVOC_ADMIN_TOKEN })

test('a customer in trouble is reported', async () => {
  const sandbox = await ovoc.sandbox() // an OVOC of its own on the shared server
  await sandbox.customers.patch(85844, { status: 'WARNING' })
  assert.equal(await verifyCustomer(sandbox.url, 85844), 'WARNING')
  await sandbox.drop()
})

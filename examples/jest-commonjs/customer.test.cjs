// npx jest
const { randomUUID } = require('node:crypto')
const { beforeEach, expect, test } = require('@jest/globals')
const { verifyCustomer } = require('./verify-customer.cjs')

const ovoc = process.env.OVOC_URL ?? '' // of the server that start-ovoc.cjs started
/** @type {Record<string, string>} */
let headers
beforeEach(() => { headers = { 'X-Ovoc-Mock-Sandbox': randomUUID() } }) // each test has an OVOC of its own

test('a customer in trouble is reported', async () => {
  await control('PATCH', '/records/customers/85844', { status: 'WARNING' })
  expect(await verifyCustomer(ovoc, 85844, headers)).toBe('WARNING')
})

test('a busy OVOC is asked again', async () => {
  await control('POST', '/rules', { match: { operation: 'verifyCustomer' }, status: 503, times: 2 })
  expect(await verifyCustomer(ovoc, 85844, headers)).toBe('ERROR')
  await control('POST', '/requests/verify', { match: { operation: 'verifyCustomer' }, times: 3 })
})

/**
 * Sets what the test needs in its OVOC, or asks what it was sent.
 * @param {string} method
 * @param {string} path
 * @param {object} body
 */
async function control (method, path, body) {
  const answer = await fetch(`${ovoc}/__admin${path}`, {
    method, headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify(body)
  })
  if (!answer.ok) throw new Error(await answer.text())
}

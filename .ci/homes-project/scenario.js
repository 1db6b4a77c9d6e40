'use strict'
// What every home runs. It is CommonJS, because Jest without a flag loads nothing else.
const assert = require('node:assert/strict')
const { clearTimeout, setTimeout } = require('node:timers') // taken before a test fakes them

const limit = 10_000 // milliseconds for a step

/**
 * Starts a server with generated records and does with it what a user's test does.
 * `fake` switches fake timers on before the first call of the handle, `unfake` switches them off after the last one.
 * `fetch` sends the requests of the code under test.
 */
exports.scenario = async ({ startOvocMock, fake = () => {}, unfake = () => {}, fetch = globalThis.fetch }) => {
  const ovoc = await step('start', () => startOvocMock({ customers: 20, seed: 7 }))
  fake()
  const failure = await use(ovoc, fetch).catch(error => error)
  unfake()
  await step('close', () => ovoc.close()).catch(error => { throw failure ?? error })
  if (failure !== undefined) throw failure
}

async function use (ovoc, fetch) {
  const sandbox = await step('open a sandbox', () => ovoc.sandbox())
  const ask = (name, method, path, expected = 200) => step(name, async () => {
    const response = await fetch(`${sandbox.url}/ovoc/v1/topology${path}`, { method })
    const text = await response.text()
    assert.equal(response.status, expected, `status ${response.status}, expected ${expected}: ${text}`)
    return JSON.parse(text)
  })

  const { customers } = await ask('list customers', 'GET', '/customers')
  const { id } = customers.at(-1)
  assert.ok(id >= 2097152, `${id} must be the id of a generated customer`)
  const path = `/customers/${id}`
  await ask('read a generated customer', 'PUT', path)

  await step('patch a generated customer', () => sandbox.customers.patch(id, { status: 'WARNING' }))
  assert.equal((await ask('read the patched customer', 'PUT', path)).status, 'WARNING')

  const rule = { match: { operation: 'verifyCustomer' }, status: 503, times: 1 }
  await step('add a rule', () => sandbox.rules.add(rule))
  await ask('meet the rule', 'PUT', path, 503)
  await ask('read when the rule has ended', 'PUT', path)
  await step('verify the requests', () => sandbox.requests.verify({ operation: 'verifyCustomer', times: 4 }))
}

/** Names the step that fails, and ends one that hangs. */
async function step (name, work) {
  let timer
  const late = new Promise((resolve, reject) => { timer = setTimeout(reject, limit, new Error(`hangs for ${limit} ms`)) })
  try {
    return await Promise.race([work(), late])
  } catch (error) {
    throw new Error(`step "${name}" ${error.message}`)
  } finally {
    clearTimeout(timer)
  }
}

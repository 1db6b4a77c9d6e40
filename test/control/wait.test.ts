import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { build, start } from '../harness.ts'
import type { Client } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'
const wait = (call: Client, body: object, base = '') => call(`${base}/__admin/requests/wait`, { method: 'POST', body: { match: { operation: 'getCustomer' }, ...body } })
const long = { timeout: 60_000 }

t.test('a wait ends as soon as there are as many requests as expected, and returns them', async t => {
  const call = await build(t)
  await call(path)
  const waiting = wait(call, { times: 3, ...long })
  await call('/ovoc/v1/topology/devices')
  await call(path)
  await call(path)
  const { status, body } = await waiting
  t.same([status, body.count, body.requests.map(({ id }: { id: number }) => id)], [200, 3, [1, 3, 4]])
})

t.test('a wait counts past requests, so it can end at once', async t => {
  const call = await build(t)
  await call(path)
  t.match(await wait(call, long), { status: 200, body: { count: 1, requests: [{ id: 1 }] } })
  t.match(await wait(call, { atMost: 1, ...long }), { status: 200, body: { count: 1 } })
})

t.test('a wait whose time is over gets a 409 that shows the nearest requests', async t => {
  const call = await build(t)
  await call('/ovoc/v1/topology/devices')
  const { status, body } = await wait(call, { atLeast: 2, timeout: 20 })
  t.same([status, body.count, body.nearMisses.length], [409, 0, 1])
  t.equal(body.detail, 'expected at least 2 requests, got 0 within 20 milliseconds; nearest: #1 GET /ovoc/v1/topology/devices: operation expected "getCustomer", got "listDevices"')
})

t.test('a wait fails at once if there are more requests than expected', async t => {
  const call = await build(t)
  for (let times = 0; times < 2; times++) await call(path)
  for (const counts of [{ times: 1 }, { atMost: 1 }]) t.match(await wait(call, { ...counts, ...long }), { status: 409, body: { count: 2, detail: /got 2; the last: #1 GET/ } })
})

t.test('a wait ends when its sandbox is reset or dropped, or its journal is emptied', async t => {
  const call = await build(t)
  const endings: Array<[string, { method: string }, string]> = [
    ['/__sandbox/one/__admin/reset', { method: 'POST' }, 'the sandbox was reset'],
    ['/__sandbox/one/__admin/requests', { method: 'DELETE' }, 'the journal was emptied'],
    ['/__admin/sandboxes/one', { method: 'DELETE' }, 'the sandbox was dropped']
  ]
  for (const [url, sent, ending] of endings) {
    const waiting = wait(call, long, '/__sandbox/one')
    const over = waiting.then(() => true)
    while (!await Promise.race([over, setImmediate(false)])) {
      await call(url, sent)
    }
    const { status, body } = await waiting
    t.same([status, body.detail], [409, `expected at least 1 request, got 0 before ${ending}; the journal of this sandbox is empty`])
  }
})

t.test('a closing server ends all waits, including those that come while it closes', async t => {
  const { app, url, close } = await start(t)
  const ask = async () => app.inject({ method: 'POST', url: '/__admin/requests/wait', payload: { match: {}, ...long } })
  const left = new AbortController()
  const leaving = fetch(`${url}/__admin/requests/wait`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ match: {}, ...long }), signal: left.signal })
  left.abort()
  await t.rejects(leaving, { name: 'AbortError' })
  const waiting = ask()
  await close()
  t.match((await waiting).json(), { detail: 'expected at least 1 request, got 0 before the server closes; the journal of this sandbox is empty' })
})

t.test('a wait sends many requests in parts, so a slow reader holds few of them', async t => {
  const call = await build(t)
  const body = { description: 'd'.repeat(60_000) }
  for (let count = 0; count < 15; count++) await call('/ovoc/v1/topology/customers/85844', { method: 'PUT', body })
  const { headers, body: { count, requests } } = await call('/__admin/requests/wait', { method: 'POST', body: { match: {} } })
  t.same([count, requests.length, requests[14].body], [15, 15, body])
  t.equal(headers['content-length'], undefined)
})

t.test('a wait that can never succeed is rejected', async t => {
  const call = await build(t)
  t.match((await wait(call, { match: { operation: 'getCustome' }, timeout: 60_001 })).body.problems, ['/timeout must be a whole number from 0 to 60000, got 60001'])
  t.match((await wait(call, { match: { operation: 'getCustome' } })).body.problems, [/did you mean "getCustomer"/])
})

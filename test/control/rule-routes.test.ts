import t from 'tap'
import { buildApp } from '../../src/index.ts'
import { basic, bearer, takeToken } from '../callers.ts'
import { build, start } from '../harness.ts'
import type { Client } from '../harness.ts'

const rulesPath = '/__admin/rules'
const customer = '/ovoc/v1/topology/customers/85844'
const add = (call: Client, body: object) => call(rulesPath, { method: 'POST', body })
const statuses = async (call: Client, count: number, path = customer) => {
  const seen = []
  for (let index = 0; index < count; index++) seen.push((await call(path)).status)
  return seen
}

t.test('a rule responds with its status and OVOC\'s error body, as often as times says', async t => {
  const call = await build(t)
  const added = await add(call, { match: { operation: 'getCustomer' }, status: 503, headers: { 'Retry-After': '5' }, times: 2 })
  t.same([added.status, added.body], [201, { rules: [{ id: 1, match: { operation: 'getCustomer' }, status: 503, headers: { 'Retry-After': '5' }, times: 2, matched: 0, fired: 0 }] }])
  t.match(await call(customer), { status: 503, body: { description: 'Service Unavailable (rule 1 of the simulator; give it a body for another text)' }, headers: { 'retry-after': '5', 'content-type': 'application/json; charset=utf-8' } })
  t.same(await statuses(call, 3), [503, 200, 200])
  t.match((await call(`${rulesPath}/1`)).body, { matched: 4, fired: 2 })
})

t.test('a rule sends its own body, which can be text or any JSON', async t => {
  const app = await buildApp()
  t.teardown(() => app.close())
  for (const [rule, body] of [[{ body: [1, null] }, '[1,null]'], [{ body: null }, 'null'], [{ body: 'text' }, 'text'], [{ body: { description: 'gone' } }, '{"description":"gone"}']]) {
    await app.inject({ method: 'POST', url: rulesPath, payload: { ...rule as object, status: 502, times: 1 } })
    const { statusCode, body: got } = await app.inject(customer)
    t.same([statusCode, got], [502, body])
  }
  await app.inject({ method: 'POST', url: rulesPath, payload: { status: 304 } })
  const { statusCode, body } = await app.inject(customer)
  t.same([statusCode, body], [304, ''])
})

t.test('a 401 of a rule says which credentials are expected, like any other 401', async t => {
  const call = await build(t)
  const strict = await build(t, { auth: 'required' })
  await add(call, { status: 401 })
  for (const path of [customer, `/api${customer}`]) {
    const { status, headers } = await strict(path)
    t.equal(status, 401)
    t.equal((await call(path)).headers['www-authenticate'], headers['www-authenticate'])
  }
})

t.test('a rule with after lets that many requests pass first', async t => {
  const call = await build(t)
  await add(call, { status: 500, after: 2, times: 1 })
  t.same(await statuses(call, 5), [200, 200, 500, 200, 200])
})

t.test('rules are tried in the order in which they were added, and the first that takes effect ends the search', async t => {
  const call = await build(t)
  await add(call, { delay: 1 })
  await add(call, { status: 500, times: 1 })
  await add(call, { status: 503 })
  t.same(await statuses(call, 2), [500, 503])
  t.match((await call(rulesPath)).body.rules, [{ matched: 2, fired: 2 }, { matched: 2, fired: 1 }, { matched: 1, fired: 1 }])
})

t.test('a rule can match by operation, resource, method, path, parameter, query, header and body', async t => {
  const call = await build(t)
  const rule = '/ovoc/v1/alarms/fwdRules/1331'
  const change = (body: object) => call(customer, { method: 'PUT', body })
  const rows: Array<[object, () => Promise<{ status: number }>, () => Promise<{ status: number }>]> = [
    [{ operation: 'verifyCustomer' }, () => call(customer, { method: 'PUT' }), () => call(customer)],
    [{ resource: 'customers' }, () => call(customer), () => call('/ovoc/v1/topology/devices')],
    [{ method: 'HEAD', operation: 'getCustomer' }, () => call(customer, { method: 'HEAD' }), () => call(customer)],
    [{ path: '/ovoc/v1/*/customers/*' }, () => call(`/tenantui/api${customer}/`), () => call('/ovoc/v1/topology/devices')],
    [{ params: { id: 85844 } }, () => call(customer), () => call(rule)],
    [{ query: { detail: '*' } }, () => call('/ovoc/v1/topology/devices?detail=1'), () => call('/ovoc/v1/topology/devices')],
    [{ headers: { 'User-Agent': 'curl/*' } }, () => call(customer, { headers: { 'user-agent': 'curl/8' } }), () => call(customer)],
    [{ body: { contacts: { email: 'a@b.c' } } }, () => change({ contacts: { email: 'a@b.c', phone: '1' } }), () => change({ contacts: { email: 'b@b.c' } })]
  ]
  for (const [match, meant, other] of rows) {
    t.equal((await add(call, { match, status: 429 })).status, 201, JSON.stringify(match))
    t.same([(await meant()).status, (await other()).status === 429], [429, false], JSON.stringify(match))
    await call(rulesPath, { method: 'DELETE' })
  }
})

t.test('the preset outage affects unknown paths, unsupported operations and malformed bodies, but not wrong credentials and token requests', async t => {
  const call = await build(t)
  t.match((await add(call, { preset: 'outage' })).body.rules, [{ id: 1, preset: 'outage', status: 503, headers: { 'Retry-After': '30' } }])
  t.match(await call('/ovoc/v1/nowhere'), { status: 503, headers: { 'retry-after': '30' }, body: { description: 'the service is not available' } })
  t.equal((await call('/ovoc/v1/system/licenses')).status, 503)
  t.equal((await call(customer, { method: 'PUT', text: '{', headers: { 'content-type': 'application/json' } })).status, 503)
  t.equal((await call(customer, { headers: basic('acladmin', 'wrong') })).status, 401)
  t.equal((await call(`/api${customer}`, { headers: bearer(await takeToken(call)) })).status, 503)
})

t.test('rules never affect the simulator\'s own paths', async t => {
  const call = await build(t)
  for (const break_ of ['reset', 'empty', 'cut', 'malformed']) await add(call, { break: break_ })
  for (const path of ['/__admin/health', '/__admin/openapi.json', '/openapi.json', '/openapi.yaml', '/docs/', '/docs/index.css']) t.equal((await call(path)).status, 200, path)
  const preflight = await call(customer, { method: 'OPTIONS', headers: { origin: 'http://a.example', 'access-control-request-method': 'PUT' } })
  t.equal(preflight.status, 204)
  t.match(await call('/docsy').catch(error => error.message), /^(rule 1: breaks the connection \(reset\)|read ECONNRESET)$/)
})

t.test('a rule with a probability has the same result in two runs with the same seed, and another with another seed', async t => {
  const runs = []
  for (const seed of [7, 7, 8]) {
    const call = await build(t, { seed })
    await add(call, { status: 500, probability: 0.5 })
    runs.push((await statuses(call, 64)).join())
  }
  t.equal(runs[0], runs[1])
  t.not(runs[0], runs[2])
  const failed = (runs[0] as string).split('500').length - 1
  t.ok(failed > 16 && failed < 48, `${failed} of 64`)
})

t.test('a rule with probability 0 never takes effect, with 1 always', async t => {
  const call = await build(t)
  await add(call, { status: 500, probability: 0 })
  await add(call, { status: 503, probability: 1 })
  t.same([...new Set(await statuses(call, 20))], [503])
})

t.test('a rate limit uses the clock of the sandbox, and a frozen clock never opens the next window', async t => {
  const call = await build(t)
  const advance = (seconds: number) => call('/__admin/clock', { method: 'PUT', body: { advance: seconds } })
  await call('/__admin/clock', { method: 'PUT', body: { now: '2025-08-14T08:00:00Z', frozen: true } })
  await add(call, { rateLimit: { requests: 2, seconds: 60 } })
  t.same(await statuses(call, 4), [200, 200, 429, 429])
  await advance(59.5)
  t.match(await call(customer), { status: 429, headers: { 'retry-after': '1' }, body: { description: 'Too Many Requests (rule 1 of the simulator allows 2 requests in 60 s, and more in 1 s)' } })
  await advance(0.5)
  t.same(await statuses(call, 3), [200, 200, 429])
  await advance(-3600)
  t.same(await statuses(call, 3), [200, 200, 429], 'a clock that is set back also begins a new window')
  t.match((await call(`${rulesPath}/1`)).body, { matched: 11, fired: 5 })
})

t.test('presets add normal rules: flaky fails by seeded chance, rate-limited after 60 requests, and slow waits', async t => {
  const call = await build(t)
  t.equal((await add(call, { preset: 'flaky' })).body.rules.length, 2)
  const seen = new Set()
  for (let index = 0; index < 100; index++) seen.add(await call(customer).then(({ status }) => status, () => 'reset'))
  t.same(seen, new Set([200, 503, 'reset']))
  await call(rulesPath, { method: 'DELETE' })
  await add(call, { preset: 'rate-limited' })
  t.same((await statuses(call, 61)).slice(-2), [200, 429])
  await call(rulesPath, { method: 'DELETE' })
  t.match((await add(call, { preset: 'slow' })).body.rules, [{ delay: { from: 400, to: 1200 } }, { delay: { from: 1700, to: 3000 }, probability: 0.0625 }])
})

t.test('a sandbox can list, read and delete its own rules, one or all', async t => {
  const call = await build(t)
  await add(call, { status: 500 })
  await add(call, { status: 503 })
  t.same(await statuses(call, 1, `/__sandbox/other${customer}`), [200])
  t.equal((await call(`${rulesPath}/1`, { method: 'DELETE' })).status, 200)
  t.same((await call(rulesPath)).body.rules.map(({ id }: { id: number }) => id), [2])
  for (const method of ['GET', 'DELETE']) t.match(await call(`${rulesPath}/1`, { method }), { status: 404, body: { detail: 'there is no rule with id 1' } })
  t.same((await call(rulesPath, { method: 'DELETE' })).body, {})
  t.same((await call(rulesPath)).body, { rules: [] })
  t.equal((await add(call, { status: 500 })).body.rules[0].id, 3)
  await call('/__admin/reset', { method: 'POST' })
  t.same((await call(rulesPath)).body, { rules: [] })
})

t.test('a saved state keeps the rules with their counts and their random sequence', async t => {
  const app = await buildApp()
  t.teardown(() => app.close())
  const { default: sandbox } = app.sandboxes
  const inject = async () => (await app.inject(customer)).statusCode
  const next = async () => [await inject(), await inject(), await inject(), await inject(), await inject(), await inject()]
  for (const payload of [{ rateLimit: { requests: 6, seconds: 60 } }, { status: 500, times: 3, probability: 0.4 }]) await app.inject({ method: 'POST', url: rulesPath, payload })
  sandbox.clock.freeze()
  await inject()
  const state = sandbox.save()
  const first = await next()
  t.same([...new Set(first)].sort(), [200, 429, 500])
  for (let round = 0; round < 2; round++) {
    app.sandboxes.replace(sandbox, sandbox.renewed(state))
    t.same(await next(), first)
  }
  app.sandboxes.replace(sandbox, sandbox.renewed(state))
  t.match((await app.inject(rulesPath)).json().rules, [{ matched: 1, fired: 0 }, { matched: 1 }])
})

t.test('a sandbox can have at most 1000 rules, and more only after some are deleted', async t => {
  const call = await build(t)
  for (let count = 1; count < 1000; count++) await add(call, { match: { path: '/nowhere' }, status: 500 })
  const detail = 'the sandbox has 999 rules, and keeps no more than 1000; delete some first'
  t.match(await add(call, { preset: 'flaky' }), { status: 409, body: { detail, problems: [detail] } })
  t.equal((await call(rulesPath)).body.rules.length, 999, 'a preset is added completely or not at all')
  t.equal((await add(call, { status: 500 })).status, 201)
  t.equal((await add(call, { status: 500 })).status, 409)
  await call(`${rulesPath}/1`, { method: 'DELETE' })
  t.equal((await add(call, { status: 500 })).status, 201)
})

t.test('a rule with only status 200 or 201 sends the simulator\'s own response, and on an unknown path that status without a body', async t => {
  const { url, rules, requests } = await start(t)
  const sites = `${url}/ovoc/v1/topology/sites`
  const send = async (address: string, method = 'GET') => {
    const response = await fetch(address, { method })
    return [response.status, (await response.text()).slice(0, 12)]
  }
  await rules.add({ responses: [503, 200, 201] })
  t.same(await send(sites), [503, '{"descriptio'])
  t.same([await send(sites), await send(sites, 'POST'), await send(`${url}/nowhere`), await send(url + customer, 'POST')], [[200, ''], [201, ''], [201, ''], [201, '']])
  t.match(await send(url + customer), [200, /"/])
  t.match(await send(`${url}/any/oauth2/v2.0/token`, 'POST'), [400, /"error/])
  const reasons = (await requests.list()).map(({ reason }) => reason)
  t.same([reasons[2], reasons[5]], ['rule 1: answers 201', 'rule 1: lets the request pass'])
})

t.test('a rule sends its status, headers and body as they are, for any path', async t => {
  const { url } = await start(t)
  const rows: Array<[object, number, Record<string, string>, string]> = [
    [{ body: { sites: [] } }, 200, { 'content-type': 'application/json; charset=utf-8' }, '{"sites":[]}'],
    [{ status: 502, headers: { 'Content-Type': 'text/html' }, body: '<h1>Bad gateway</h1>' }, 502, { 'content-type': 'text/html' }, '<h1>Bad gateway</h1>'],
    [{ body: 'plain' }, 200, { 'content-type': 'text/plain; charset=utf-8' }, 'plain'],
    [{ status: 302, headers: { Location: '/login', 'Set-Cookie': ['a=1', 'b=2'] } }, 302, { location: '/login' }, ''],
    [{ status: 202 }, 202, { 'content-length': '0' }, ''],
    [{ status: 401, headers: { 'WWW-Authenticate': 'Negotiate' } }, 401, { 'www-authenticate': 'Negotiate' }, '{"description":"Unauthorized (rule 6 of the simulator; give it a body for another text)"}'],
    [{ status: 599 }, 599, {}, '{"description":"599 (rule 6 of the simulator; give it a body for another text)"}'],
    [{ headers: { Date: 'Thu, 01 Jan 2004 00:00:00 GMT' } }, 200, { date: 'Thu, 01 Jan 2004 00:00:00 GMT' }, '']
  ]
  for (const path of ['/ovoc/v1/topology/sites', '/anything/at/all', customer]) {
    for (const [rule, status, headers, body] of rows) {
      t.equal((await fetch(url + rulesPath, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ match: { path }, times: 1, ...rule }) })).status, 201)
      const response = await fetch(url + path, { redirect: 'manual' })
      const text = await response.text()
      t.same([response.status, text.replace(/rule \d+/, 'rule 6')], [status, body])
      t.match(Object.fromEntries(response.headers), headers)
      t.same(response.headers.getSetCookie(), status === 302 ? ['a=1', 'b=2'] : [])
    }
  }
})

t.test('responses are sent in turn, and the last one repeats unless the rule ends', async t => {
  const call = await build(t)
  await add(call, { responses: [503, { status: 404, body: { description: 'gone' } }, 200] })
  t.same(await statuses(call, 4), [503, 404, 200, 200])
  t.equal((await call(customer)).body.id, 85844)
  await call(rulesPath, { method: 'DELETE' })
  await add(call, { responses: [503, 500], times: 2 })
  t.same(await statuses(call, 3), [503, 500, 200])
})

t.test('a rule with only status 200 lets requests skip all later rules', async t => {
  const call = await build(t)
  await add(call, { match: { params: { id: 85844 } }, status: 200 })
  await add(call, { status: 503 })
  t.same([(await call(customer)).status, (await call('/ovoc/v1/topology/customers/79192')).status], [200, 503])
})

t.test('a rule can have a delay and another effect', async t => {
  const call = await build(t)
  await add(call, { delay: 30, status: 503, times: 1 })
  t.same(await statuses(call, 2), [503, 200])
  t.match((await call('/__admin/requests')).body.requests[0].reason, 'rule 1: waits 30 ms; rule 1: answers 503')
})

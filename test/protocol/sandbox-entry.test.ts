import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import t from 'tap'
import { buildApp } from '../../src/index.ts'
import { basic, bearer, claimsOf, takeToken, tokenForm, tokenPath } from '../callers.ts'
import { build, sendRaw, start } from '../harness.ts'
import type { Client } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'
const change = (description: string) => ({ method: 'PUT', body: { description } })
const names = async (call: Client) => (await call('/__admin/sandboxes')).body.sandboxes.map(({ name }: { name: string }) => name)
const asked = async (call: Client, prefix = ''): Promise<Array<[string, number]>> => (await call(`${prefix}/__admin/requests`)).body.requests.map(({ url, status }: { url: string, status: number }) => [url, status])

t.test('a rejected caller opens no sandbox and pushes none out', async t => {
  const call = await build(t, { auth: 'required', maxSandboxes: 2, user: ['ann:pw'] })
  const headers = basic('ann', 'pw')
  await call(`/__sandbox/one${path}`, { ...change('one'), headers })
  await call(`/__sandbox/two${path}`, { headers })
  for (const name of ['x1', 'x2', 'x3']) {
    t.equal((await call(`/__sandbox/${name}${path}`)).status, 401)
    t.equal((await call(`/__sandbox/${name}${path}`, { headers: basic('ann', 'wrong') })).status, 401)
    t.equal((await call(`/__sandbox/${name}/api${path}`, { headers: bearer('e30.e30.x') })).status, 401)
    t.equal((await call(`/__sandbox/${name}/__admin/reset`, { method: 'POST', headers: { origin: 'http://evil.example' } })).status, 403)
    for (const unknown of ['/nope', '/ovoc/v1/nope', '/ovoc/v1/topology/tenants', '/', `${path}/x`]) await call(`/__sandbox/${name}${unknown}`, { headers })
    for (const page of ['/openapi.json', '/openapi.yaml', '/docs', '/docs/', '/docs/index.css', '/__admin/openapi.json']) await call(`/__sandbox/${name}${page}`)
    for (const method of ['TRACE', 'PATCH', 'OPTIONS']) await call(`/__sandbox/${name}${path}`, { method, headers })
    await call(`/__sandbox/${name}${tokenPath}`, tokenForm({ client_secret: 'wrong' }))
    await call(`/__sandbox/${name}/tenant/discovery/v2.0/keys`)
    await call(`/__sandbox/${name}/tenant/oauth2/v2.0/authorize`)
  }
  t.same(await names(call), ['default', 'one', 'two'])
  t.equal((await call(`/__sandbox/one${path}`, { headers })).body.description, 'one')
  t.equal((await call(`/__sandbox/three${tokenPath}`, tokenForm())).status, 200)
  t.same(await names(call), ['default', 'one', 'three'])
})

t.test('a number sign is part of the path, so it leads to no page and opens no sandbox', async t => {
  const { url } = await start(t, { auth: 'required' })
  for (const target of ['/docs#x', '/docs/#', '/openapi.json#', '/openapi.yaml#x', '/__admin#/clock', '/__admin/health#', '/docs/index.css#', '/#']) {
    const answer = await sendRaw(url, `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Ovoc-Mock-Sandbox: evil\r\nConnection: close\r\n\r\n`)
    t.match(answer, 'HTTP/1.1 404 ', target)
  }
  const { sandboxes } = await (await fetch(`${url}/__admin/sandboxes`)).json() as { sandboxes: object[] }
  t.equal(sandboxes.length, 1)
})

t.test('a number sign is part of a value in the query', async t => {
  const { url } = await start(t)
  await fetch(`${url}/__admin/records/customers/85844`, { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: '{"description":"a#b"}' })
  const answer = await sendRaw(url, "GET /ovoc/v1/topology/customers?fields=id&filter=(description='a#b') HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
  t.match(answer, '{"customers":[{"id":85844}]}')
})

t.test('a refused request is in the journal of its sandbox if that is open, otherwise in the default one', async t => {
  const call = await build(t, { auth: 'required' })
  await call('/__admin/sandboxes', { method: 'POST', body: { name: 'open' } })
  await call(`/__sandbox/open${path}`)
  await call(`/__sandbox/closed${path}`)
  t.same(await asked(call, '/__sandbox/open'), [[`/__sandbox/open${path}`, 401]])
  t.same(await asked(call), [[`/__sandbox/closed${path}`, 401]])
})

t.test('a token is checked with the clock of the sandbox that it is used in, even if that is not open', async t => {
  const call = await build(t)
  const token = await takeToken(call)
  await call('/__admin/clock', { method: 'PUT', body: { now: '2030-01-01T00:00:00Z', frozen: true } })
  t.match((await call(`/api${path}`, { headers: bearer(token) })).body.description, 'the token expired')
  const answer = await call(`/__sandbox/fresh/api${path}`, { headers: bearer(token) })
  t.equal(answer.status, 200)
  t.notMatch((await call(`/__sandbox/other/api${path}`, { headers: bearer('none') })).headers.date, '2030')
})

t.test('a request that only drops or reads opens no sandbox and pushes none out', async t => {
  const call = await build(t, { maxSandboxes: 1 })
  await call(`/__sandbox/one${path}`, change('one'))
  t.equal((await call('/__sandbox/two/__admin/sandboxes/two', { method: 'DELETE' })).status, 404)
  t.equal((await call('/__sandbox/two/__admin/records/customers/85844')).body.description, 'Brad984', 'it shows the records that the sandbox would have')
  t.equal((await call('/__sandbox/two/__admin/clock', { method: 'HEAD' })).status, 200)
  t.same(await asked(call, '/__sandbox/two'), [])
  const { status, body } = await call('/__sandbox/two/__admin/requests/verify', { method: 'POST', body: { match: {}, times: 1 } })
  t.same([status, body.count], [409, 0])
  t.same(await names(call), ['default', 'one'])
  t.equal((await call('/__sandbox/one/__admin/records/customers/85844')).body.description, 'one')
  t.equal((await call('/__sandbox/two/__admin/sandboxes', { method: 'POST', body: { name: 'two' } })).status, 201)
  t.same(await names(call), ['default', 'two'])
})

t.test('reading a sandbox counts as use', async t => {
  const call = await build(t, { maxSandboxes: 2 })
  for (const name of ['one', 'two']) await call(`/__sandbox/${name}${path}`)
  await call('/__sandbox/one/__admin/clock')
  t.same(await names(call), ['default', 'two', 'one'])
})

t.test('a rejected caller uses up no rule, GUID or place in the journal of a sandbox, and does not keep it open', async t => {
  const user = basic('ann', 'pw')
  const set = async () => {
    const call = await build(t, { auth: 'required', user: ['ann:pw'], journalEntries: 3 })
    await call('/__sandbox/x/__admin/rules', { method: 'POST', body: { times: 1, status: 503 } })
    return call
  }
  const [call, alone] = [await set(), await set()]
  let now = Math.ceil(performance.now())
  t.intercept(performance, 'now', { value: () => now })
  now += 10_000
  for (let count = 0; count < 5; count++) {
    t.equal((await call('/__sandbox/x/nope')).status, 404)
    t.equal((await call(`/__sandbox/x${path}`)).status, 401)
    t.equal((await call(`/__sandbox/x${tokenPath}`, tokenForm({ client_secret: 'wrong' }))).status, 401)
    t.equal((await call('/__sandbox/x/docs/')).status, 200)
  }
  t.ok((await call('/__admin/sandboxes')).body.sandboxes[1].idleSeconds >= 9)
  const uti = async (each: Client) => {
    t.equal((await each(`/__sandbox/x${tokenPath}`, tokenForm())).status, 503, 'the rule still waits for a caller with the right secret')
    return claimsOf(await (await each(`/__sandbox/x${tokenPath}`, tokenForm())).body.access_token).uti
  }
  t.equal(await uti(call), await uti(alone))
  for (let count = 0; count < 5; count++) await call(`/__sandbox/x${path}`)
  t.equal((await call(`/__sandbox/x${path}`, { headers: user })).status, 200)
  for (let count = 0; count < 5; count++) await call(`/__sandbox/x${path}`)
  await call(`/__sandbox/x${path}?${'x'.repeat(8000)}`)
  const statuses = (await asked(call, '/__sandbox/x')).map(([, status]) => status)
  t.same(statuses, [503, 200, 200, 401, 401, 401])
})

t.test('a request whose client has left before it enters its sandbox does not keep the sandbox in use', async t => {
  const app = await buildApp()
  t.teardown(() => app.close())
  const { sandboxes } = app
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  for (const [isGone, users] of [[false, 1], [true, 0]] as const) {
    if (isGone) response.destroy()
    const sandbox = sandboxes.open(isGone ? 'gone' : 'here')
    sandboxes.enter(sandbox, response)
    t.equal(sandbox.users, users)
  }
})

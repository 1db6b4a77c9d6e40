import t from 'tap'
import { basic, takeToken, tokenForm, tokenPath } from '../callers.ts'
import { build } from '../harness.ts'
import type { Client } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'
const list = async (call: Client, query = '', base = '') => (await call(`${base}/__admin/requests${query}`)).body.requests
const update = { method: 'PUT', body: { description: 'changed' } }

t.test('the journal has each request as it came, with its response', async t => {
  const call = await build(t)
  await call('/__admin/clock', { method: 'PUT', body: { now: '2030-01-01T00:00:00Z', frozen: true } })
  await call(`/api${path}/`, { ...update, headers: { 'x-trace': '17' } })
  const [entry, ...others] = await list(call)
  t.same(others, [])
  t.match(entry, {
    id: 1,
    time: '2030-01-01T00:00:00.000Z',
    operation: 'verifyCustomer',
    resource: 'customers',
    method: 'PUT',
    url: `/api${path}/`,
    path,
    params: { id: 85844 },
    query: {},
    headers: { 'x-trace': '17', 'content-type': 'application/json' },
    body: { description: 'changed' },
    status: 200,
    response: { headers: { 'content-type': 'application/json; charset=utf-8' }, body: { id: 85844, description: 'changed' } },
    milliseconds: Number,
    reason: null
  })
  t.equal(entry.response.bytes, Buffer.byteLength((await call(path)).text))
  t.equal(entry.response.headers['content-length'], String(entry.response.bytes))
  t.same((await call('/__admin/requests/1')).body, entry)
})

t.test('the time of an entry is that of its arrival, from year 1 to 9999', async t => {
  const call = await build(t)
  for (const now of ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z', '2001-02-03T04:05:06.000Z']) {
    await call('/__admin/clock', { method: 'PUT', body: { now } })
    await call(path)
    t.equal((await list(call)).at(-1).time.slice(0, 16), now.slice(0, 16))
  }
})

t.test('the journal has requests that were rejected or found no route, with the reason', async t => {
  const call = await build(t)
  const refused: Array<[string, object]> = [
    ['/nowhere?x=1', {}],
    ['/ovoc/v1/alarms/activeAlarms', {}],
    [path, { method: 'DELETE' }],
    [path, { headers: basic('acladmin', 'wrong') }],
    [path, { method: 'PUT', body: { nam: 'x' } }],
    [path, { method: 'PUT', text: '{"nam', headers: { 'content-type': 'application/json' } }],
    [path, { method: 'PUT', text: 'nam', headers: { 'content-type': 'text/plain' } }],
    [path, { headers: { 'x-ovoc-mock-sandbox': 'a b' } }]
  ]
  for (const [url, sent] of refused) await call(url, sent)
  const entries = await list(call)
  t.same(entries.map(({ status }: { status: number }) => status), [404, 501, 405, 401, 400, 400, 415, 400])
  for (const { reason, response } of entries) t.equal(reason, response.body.description)
  t.match(entries[0], { operation: null, resource: null, path: '/nowhere', params: {}, query: { x: '1' }, body: null })
  t.same(entries.slice(4, 7).map(({ body }: { body: unknown }) => body), [{ nam: 'x' }, '{"nam', 'nam'])
})

t.test('the journal has no control requests, no requests for documents and no preflights', async t => {
  const call = await build(t)
  for (const unrecorded of ['/__admin/health', '/__admin', '/__admin/nothing', '/openapi.json', '/openapi.yaml', '/docs', '/docs/', '/docs/index.css', '/__sandbox/default/docs', '/%64ocs']) await call(unrecorded)
  await call(path, { method: 'OPTIONS', headers: { origin: 'http://localhost:3000', 'access-control-request-method': 'PUT' } })
  await call('/docstore')
  await call(path, { method: 'OPTIONS' })
  t.same((await list(call)).map(({ url }: { url: string }) => url), ['/docstore', path])
})

t.test('each sandbox has a journal of its own', async t => {
  const call = await build(t)
  await call(`/__sandbox/one${path}`)
  await call(path, { headers: { 'x-ovoc-mock-sandbox': 'two' } })
  t.match(await list(call, '', '/__sandbox/one'), [{ id: 1, url: `/__sandbox/one${path}`, path }])
  t.match(await list(call, '', '/__sandbox/two'), [{ id: 1, url: path }])
  t.same(await list(call), [])
})

t.test('the journal blanks secrets in URLs, headers and bodies', async t => {
  const call = await build(t)
  await takeToken(call)
  await call(tokenPath, tokenForm({ client_secret: 'hush-form', client_assertion: 'hush-assertion' }))
  await call(`${path}?access_token=hush-query&%50assword=hush-name&plain=1&bare`, { headers: { ...basic('acladmin', 'hush-basic'), cookie: 'hush-cookie', 'set-cookie': 'hush-set', 'proxy-authorization': 'hush-proxy' } })
  await call(path, { method: 'PUT', body: { adminPassword: 'hush-1', deep: [{ tokens: { list: ['hush-2', 3] } }], plain: 'shown' } })
  await call(path, { method: 'PUT', text: '{"password" : "hush-\\"3", "plain": "shown" "secret":"hush-4', headers: { 'content-type': 'application/json' } })
  const { text, body: { requests } } = await call('/__admin/requests')
  t.notMatch(text, /hush-|ovoc-secret|eyJ/)
  t.match(requests[0], { path: tokenPath, operation: null, body: { client_id: 'ovoc-client', client_secret: '…' }, response: { body: { access_token: '…', expires_in: 3599 } } })
  t.match(requests[2], { url: `${path}?access_token=…&%50assword=…&plain=1&bare`, headers: { authorization: '…', cookie: '…', 'set-cookie': '…', 'proxy-authorization': '…' }, query: { access_token: '…', Password: '…', plain: '1' } })
  t.same(requests[3].body, { adminPassword: '…', deep: [{ tokens: { list: ['…', '…'] } }], plain: 'shown' })
  t.match(requests[4].body, /^\(withheld: \d+ bytes/)
})

t.test('the journal shows a body that is nested too deeply as far as it can', async t => {
  const call = await build(t)
  await call(path, { method: 'PUT', text: `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, headers: { 'content-type': 'application/json' } })
  const { status, text } = await call('/__admin/requests')
  t.equal(status, 200)
  t.match(text, '[["…"]]')
})

t.test('the journal has requests for tokens, and the reason if they were rejected', async t => {
  const call = await build(t)
  await call(tokenPath, tokenForm({ scope: undefined }))
  await takeToken(call)
  t.match(await list(call), [{ status: 400, reason: "AADSTS900144: the form must have the parameter 'scope'" }, { status: 200, path: tokenPath }])
})

t.test('the journal shows responses without a body as null with 0 bytes', async t => {
  const call = await build(t)
  await call(path, { method: 'HEAD' })
  await call("/ovoc/v1/topology/devices?filter=(name='none')")
  t.match(await list(call), [{ method: 'HEAD', status: 200, response: { body: null, bytes: 0 } }, { status: 204, response: { body: null, bytes: 0 } }])
})

t.test('the journal counts the bytes of a list that is sent as it grows', async t => {
  const call = await build(t, { customers: 5000 })
  const { text } = await call('/ovoc/v1/topology/lcCustomers?detail=1')
  t.match(await list(call), [{ operation: 'listLcCustomers', status: 200, response: { body: null, bytes: Buffer.byteLength(text) }, reason: null }])
})

t.test('entries can be filtered by operation, status, path, method and time, and by the id before them', async t => {
  const call = await build(t)
  await call('/__admin/clock', { method: 'PUT', body: { now: '2030-01-01T00:00:00Z', frozen: true } })
  await call(path)
  await call('/ovoc/v1/topology/customers/1')
  await call('/__admin/clock', { method: 'PUT', body: { advance: 60 } })
  await call(path, update)
  const ids = async (query: string) => (await list(call, query)).map(({ id }: { id: number }) => id)
  t.same(await ids('?operation=getCustomer'), [1, 2])
  t.same(await ids('?status=404'), [2])
  t.same(await ids('?method=PUT'), [3])
  t.same(await ids('?path=*/85844'), [1, 3])
  t.same(await ids('?path=*/85844&operation=getCustomer'), [1])
  t.same(await ids('?since=2030-01-01T00:00:30Z'), [3])
  for (const plus of ['+', '%2B']) t.same(await ids(`?since=2030-01-01T02:00:30.000${plus}0200`), [3])
  t.same(await ids('?since=1'), [2, 3])
  t.same(await ids('?limit=2'), [2, 3])
  t.same(await ids('?limit=1&operation=getCustomer'), [2])
})

t.test('a query that no entry can match is rejected with the closest name', async t => {
  const call = await build(t)
  const wrong: Array<[string, string]> = [
    ['operation=verifyCustome', 'operation must be an operation\'s id, got "verifyCustome"; did you mean "verifyCustomer"?'],
    ['since=tomorrow', 'since must be the id of an entry or an instant from year 1 to 9999 such as 2025-08-14T08:16:18.736Z or 2025-08-14T08:16:18.736+0000, got "tomorrow"'],
    ['status=99', 'status must be a whole number from 100 to 599 or null, got 99'],
    ['limit=0', 'limit must be a whole number from 1 to 9007199254740991, got 0'],
    ['operations=x', 'operations is not a known parameter; did you mean "operation"?']
  ]
  for (const [query, problem] of wrong) t.match(await call(`/__admin/requests?${query}`), { status: 400, body: { problems: [problem] } })
  t.match((await call('/__admin/requests?operation=verifyCustome&since=tomorrow')).body.problems, [/operation must be/, /since must be/])
})

t.test('ids go on after the journal is emptied, and begin again after a reset', async t => {
  const call = await build(t)
  await call(path)
  t.match(await call('/__admin/requests/7'), { status: 404, body: { detail: 'there is no request 7 in the journal, which holds those from 1 to 1' } })
  t.same((await call('/__admin/requests', { method: 'DELETE' })).body, {})
  t.match(await call('/__admin/requests/1'), { status: 404, body: { detail: 'there is no request 1 in the journal, which is empty' } })
  await call(path)
  t.match(await list(call), [{ id: 2 }])
  await call('/__admin/reset', { method: 'POST' })
  t.same(await list(call), [])
  await call(path)
  t.match(await list(call), [{ id: 1 }])
})

t.test('the journal of the default sandbox notes which sandboxes were dropped, and why', async t => {
  const call = await build(t, { maxSandboxes: 1 })
  for (const name of ['one', 'two']) await call(`/__sandbox/${name}${path}`)
  await call('/__admin/sandboxes/two', { method: 'DELETE' })
  await call(path)
  t.match(await list(call), [
    { id: 1, time: /^\d{4}-.*Z$/, event: 'sandbox-dropped', sandbox: 'one', reason: 'limit' },
    { id: 2, event: 'sandbox-dropped', sandbox: 'two', reason: 'asked' },
    { id: 3, path }
  ])
  t.match((await call('/__admin/requests/1')).body, { event: 'sandbox-dropped', sandbox: 'one' })
  t.match(await list(call, '?since=0'), [{ id: 1 }, { id: 2 }, { id: 3 }])
  t.match(await list(call, '?method=GET'), [{ id: 3 }])
})

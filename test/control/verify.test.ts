import t from 'tap'
import { basic, takeToken } from '../callers.ts'
import { build } from '../harness.ts'
import type { Client } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'
const verify = (call: Client, body: object) => call('/__admin/requests/verify', { method: 'POST', body })
const put = (call: Client, body: object) => call(path, { method: 'PUT', body })

t.test('a verification counts the requests that match: exactly, at least or at most a number', async t => {
  const call = await build(t)
  for (let times = 0; times < 3; times++) await call(path)
  const match = { operation: 'getCustomer', params: { id: 85844 }, status: 200 }
  for (const counts of [{ times: 3 }, { atLeast: 1 }, { atLeast: 3 }, { atMost: 3 }, {}]) t.match(await verify(call, { match, ...counts }), { status: 200, body: { count: 3 } }, JSON.stringify(counts))
  for (const counts of [{ times: 2 }, { times: 4 }, { atLeast: 4 }, { atMost: 2 }]) t.match(await verify(call, { match, ...counts }), { status: 409, body: { count: 3, expected: counts } }, JSON.stringify(counts))
  t.match(await verify(call, { match: { operation: 'listCalls' }, times: 0 }), { status: 200, body: { count: 0 } })
})

t.test('too few requests are a 409 that shows the nearest ones, field by field', async t => {
  const call = await build(t)
  await put(call, { contacts: { email: 'b' }, description: 'd' })
  await call(path)
  await call('/ovoc/v1/topology/devices')
  await put(call, { contacts: { email: 'a' }, description: 'other' })
  const { status, headers, body } = await verify(call, { match: { operation: 'verifyCustomer', body: { contacts: { email: 'a' }, description: 'd' } }, times: 3 })
  t.same([status, headers['content-type']], [409, 'application/problem+json'])
  t.same(body.count, 0)
  t.same(body.nearMisses, [
    { id: 4, method: 'PUT', url: path, mismatches: [{ where: 'body/description', expected: 'd', got: 'other' }] },
    { id: 1, method: 'PUT', url: path, mismatches: [{ where: 'body/contacts/email', expected: 'a', got: 'b' }] },
    {
      id: 3,
      method: 'GET',
      url: '/ovoc/v1/topology/devices',
      mismatches: [
        { where: 'operation', expected: 'verifyCustomer', got: 'listDevices' },
        { where: 'body', expected: { contacts: { email: 'a' }, description: 'd' }, got: null }
      ]
    }
  ])
  t.equal(body.detail, `expected 3 requests, got 0; nearest: #4 PUT ${path}: body/description expected "d", got "other"; ` +
    `#1 PUT ${path}: body/contacts/email expected "a", got "b"; ` +
    '#3 GET /ovoc/v1/topology/devices: operation expected "verifyCustomer", got "listDevices", body expected {"contacts":{"email":"a"},"description":"d"}, got null')
})

t.test('too many requests are a 409 that names the last ones', async t => {
  const call = await build(t)
  for (let times = 0; times < 4; times++) await call(path)
  const { body } = await verify(call, { match: { path }, atMost: 1 })
  t.same([body.detail, body.nearMisses], [`expected at most 1 request, got 4; the last: #2 GET ${path} (200); #3 GET ${path} (200); #4 GET ${path} (200)`, []])
})

t.test('a failed verification says if the journal is empty or has no other requests', async t => {
  const call = await build(t)
  t.equal((await verify(call, { match: { operation: 'getCustomer' } })).body.detail, 'expected at least 1 request, got 0; the journal of this sandbox is empty')
  await call(path)
  t.equal((await verify(call, { match: {}, times: 2 })).body.detail, 'expected 2 requests, got 1; the journal of this sandbox has no other requests')
  await call('/__admin/reset', { method: 'POST' })
  await call('/__admin/sandboxes', { method: 'POST', body: { name: 'one' } })
  await call('/__admin/sandboxes/one', { method: 'DELETE' })
  t.match((await verify(call, { match: {} })).body, { count: 0, detail: /the journal of this sandbox has no other requests$/ }, 'a dropped sandbox is no request')
})

t.test('a verification compares statuses, headers and queries, and shows missing values', async t => {
  const call = await build(t)
  await call(`${path}?x=1`, { headers: { 'x-trace': '1' } })
  t.equal((await verify(call, { match: { headers: { 'X-Trace': '*' }, query: { x: '1' }, status: 400 } })).status, 200)
  const { body } = await verify(call, { match: { headers: { 'x-other': 'y' }, status: null } })
  t.same(body.nearMisses[0].mismatches, [{ where: 'status', expected: null, got: 400 }, { where: 'headers/x-other', expected: 'y' }])
  t.match(body.detail, 'status expected null, got 400, headers/x-other expected "y", got nothing')
})

t.test('a verification compares secrets, but never shows them', async t => {
  const call = await build(t)
  await call(path, { headers: basic('acladmin', 'hush') })
  await call(path, { method: 'PUT', text: '{"password":"hush"', headers: { 'content-type': 'application/json' } })
  await takeToken(call)
  t.equal((await verify(call, { match: { headers: basic('acladmin', 'hush') }, times: 1 })).status, 200)
  const { text, body } = await verify(call, { match: { headers: { authorization: 'x' }, body: { name: 'x' } } })
  t.notMatch(text, /hush|ovoc-secret|YWNs/)
  t.match(body.detail, 'headers/authorization expected "x", got "…"')
  t.match(body.detail, 'body expected {"name":"x"}, got "(withheld: 18 bytes that cannot be read as JSON or a form)"')
})

t.test('the error of a verification cuts long values', async t => {
  const call = await build(t)
  await put(call, { description: 'x'.repeat(1000) })
  const { body } = await verify(call, { match: { body: { description: 'y' } } })
  t.match(body.detail, /body\/description expected "y", got "x{199}…$/)
})

t.test('a verification rejects a match that no request can meet, and counts that exclude each other', async t => {
  const call = await build(t)
  const { status, body } = await verify(call, { match: { operation: 'verifyCustome', body: { nam: 1 } }, times: 1, atLeast: 2, atMost: 3 })
  t.equal(status, 400)
  t.same(body.problems.slice(0, 1), ['/match/operation must be an operation\'s id, got "verifyCustome"; did you mean "verifyCustomer"?'])
  t.same(body.problems.slice(-2), ['/atLeast must be left out where there is /times', '/atMost must be left out where there is /times'])
  t.match((await verify(call, { times: 1 })).body.problems, ['/match is missing'])
  t.match((await verify(call, { match: { status: 99 }, time: 1 })).body.problems, ['/time is not a known field; did you mean "times"?', '/match/status must be a whole number from 100 to 599 or null, got 99'])
})

t.test('inherited properties such as constructor never match a request', async t => {
  const call = await build(t)
  await call(`${path}?x=1`)
  for (const match of [{ headers: { constructor: '*' } }, { headers: { toString: '*' } }, { query: { constructor: '*' } }]) {
    t.equal((await verify(call, { match, times: 0 })).status, 200, JSON.stringify(match))
  }
  t.equal((await call('/__admin/rules', { method: 'POST', body: { match: { headers: { constructor: '*' } }, status: 503 } })).status, 201)
  t.equal((await call(path)).status, 200)
})

t.test('a match can have at most 100 conditions, and each pattern at most 2000 characters and 20 times *', async t => {
  const call = await build(t)
  const names = (count: number, value: unknown = '') => Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, value]))
  const problems = async (match: object, path = '/__admin/requests/verify') =>
    (await call(path, { method: 'POST', body: path.endsWith('rules') ? { match, status: 500 } : { match } })).body.problems
  for (const path of ['/__admin/requests/verify', '/__admin/requests/wait', '/__admin/rules']) {
    t.same(await problems({ headers: names(101) }, path), ['/match must have at most 100 conditions, got 101'])
    t.same(await problems({ body: names(50, { b: 1, c: [1, 2] }) }, path), ['/match must have at most 100 conditions, got 250'])
    t.match(await problems({ body: { a: Array(50_001).fill(0) } }, path), [/^the body must hold at most 40000 fields and items, got 5000\d$/])
    t.match(await problems({ query: names(40_001) }, path), [/^the body must hold at most 40000 fields and items, got 4000\d$/])
    t.same(await problems({ path: `/${'*'.repeat(21)}`, headers: { 'a/b': 'x'.repeat(2001) } }, path), ['/match/path must have at most 20 times *, got 21', '/match/headers/a~1b must have at most 2000 characters'])
  }
})

t.test('a match has each header once, short names, at most 65536 characters, and at most 250 of them between two *', async t => {
  const call = await build(t)
  const problems = async (match: object, path = '/__admin/requests/verify') =>
    (await call(path, { method: 'POST', body: path.endsWith('rules') ? { match, status: 500 } : { match } })).body.problems
  for (const path of ['/__admin/requests/verify', '/__admin/rules']) {
    t.same(await problems({ headers: { 'x-a': '1', 'X-A': '2', 'X-a': '3', 'x-b': '1' } }, path), [
      '/match/headers/X-A must be left out where there is /match/headers/x-a, the same header',
      '/match/headers/X-a must be left out where there is /match/headers/X-A, the same header'
    ])
    t.same(await problems({ query: { ['n'.repeat(201)]: '1' } }, path), [`/match/query/${'n'.repeat(80)}… must have a name of at most 200 characters`])
    t.same(await problems({ path: '/x', body: { a: ['x'.repeat(65_531)] } }, path), ['/match must have at most 65536 characters in its names and values, got 65543'])
    t.same(await problems({ headers: { 'x-a': `${'s'.repeat(300)}*${'p'.repeat(251)}*${'e'.repeat(300)}` } }, path), ['/match/headers/x-a must have at most 250 characters between two *'])
  }
  const levels = '{"a":'.repeat(97) + '1' + '}'.repeat(97)
  t.same(await problems({ path: '/x', body: { a: JSON.parse(levels), b: { c: {}, d: [] } } }), ['/match must have at most 100 conditions, got 102'])
})

t.test('a pattern with long parts matches a long text with almost the same parts only where they are', async t => {
  const call = await build(t)
  const part = `ab${'a'.repeat(248)}`
  await call(path, { headers: { 'x-a': 'a'.repeat(15_000) } })
  await call(path, { headers: { 'x-a': `${'a'.repeat(7000)}b${'a'.repeat(7000)}` } })
  const count = async (pattern: string) => (await verify(call, { match: { headers: { 'x-a': pattern } }, atLeast: 0 })).body.count
  t.same([await count(`*${part}*`), await count(`*${part}*${part}*`), await count(`*${'a'.repeat(250)}*a`)], [1, 0, 2])
})

t.test('the rules of a sandbox can have at most 500 patterns with two * or more', async t => {
  const call = await build(t)
  const add = (match: object) => call('/__admin/rules', { method: 'POST', body: { status: 500, match } })
  const headers = Object.fromEntries(Array.from({ length: 98 }, (_, index) => [`a${index}`, '*x*']))
  for (let count = 0; count < 5; count++) t.equal((await add({ path: '*/a/*', params: { id: '*1*' }, headers })).status, 201)
  t.match(await add({ query: { a: '*x*' } }), { status: 409, body: { detail: 'the rules of a sandbox have at most 500 patterns with two * or more, got 501' } })
  t.equal((await add({ query: { a: 'x*', b: '*' } })).status, 201)
})

t.test('the rules of a sandbox can have at most 5000 conditions together', async t => {
  const call = await build(t)
  const headers = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`a${index}`, 'x*y']))
  const add = () => call('/__admin/rules', { method: 'POST', body: { status: 500, match: { headers } } })
  for (let count = 0; count < 50; count++) t.equal((await add()).status, 201)
  t.match(await add(), { status: 409, body: { detail: 'the rules of a sandbox have at most 5000 conditions, got 5100' } })
  t.equal((await call('/__admin/rules', { method: 'POST', body: { status: 500 } })).status, 201)
})

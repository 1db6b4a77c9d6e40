import t from 'tap'
import { build } from '../harness.ts'

const origin = 'http://page.example'
const path = '/api/ovoc/v1/topology/customers/85844'

t.test('a page of any origin may read every response, including errors and documents', async t => {
  const call = await build(t)
  const calls = [
    call(path, { method: 'PUT', headers: { origin } }),
    call('/ovoc/v1/topology/customers/1', { headers: { origin } }),
    call(path, { method: 'DELETE', headers: { origin } }),
    call('/openapi.json', { headers: { origin } }),
    call('/docs/', { headers: { origin } }),
    call('/ovoc/v1/nothing', { headers: { origin } }),
    call(path, { method: 'PUT', text: '{', headers: { origin, 'content-type': 'application/json' } })
  ]
  for (const { headers, status } of await Promise.all(calls)) {
    t.match(headers, { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true', vary: 'Origin', 'access-control-expose-headers': /Retry-After/ }, String(status))
  }
})

t.test('a response to a program has Vary: Origin too, because caches keep it', async t => {
  const call = await build(t)
  t.match((await call(path, { method: 'PUT' })).headers, { vary: 'Origin' })
})

t.test('the response to a preflight says what the page may send', async t => {
  const call = await build(t)
  const headers = { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization,content-type' }
  const answer = await call(path, { method: 'OPTIONS', headers })
  t.equal(answer.status, 204)
  t.match(answer.headers, {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': 'authorization,content-type'
  })
  t.equal(answer.headers['content-length'], undefined, 'a 204 has no length')
  t.equal(answer.headers['access-control-allow-private-network'], undefined)
  const fromPublic = await call(path, { method: 'OPTIONS', headers: { ...headers, 'access-control-request-private-network': 'true' } })
  t.equal(fromPublic.headers['access-control-allow-private-network'], 'true')
})

t.test('a response to a program has no CORS headers other than Vary', async t => {
  const { headers } = await (await build(t))(path)
  t.same(Object.keys(headers).filter(name => name === 'vary' || name.startsWith('access-control')), ['vary'])
})

t.test('an OPTIONS request that is not a preflight is treated like any other method', async t => {
  const call = await build(t)
  const answer = await call(path, { method: 'OPTIONS' })
  t.same([answer.status, answer.headers.allow], [405, 'PUT, GET, HEAD'])
  t.equal((await call('/ovoc/v1/nothing', { method: 'OPTIONS', headers: { origin } })).status, 404)
})

t.test('pages of other origins may not read the control API', async t => {
  const call = await build(t)
  const answer = await call('/__admin/health', { headers: { origin } })
  t.equal(answer.headers['access-control-allow-origin'], undefined)
})

t.test("other sites can't frame the simulator's pages, and browsers don't guess another type for them", async t => {
  const call = await build(t)
  for (const path of ['/docs', '/docs/', '/docs/index.css', '/openapi.json', '/__admin/health', '/__admin/nope']) {
    const { headers } = await call(path)
    t.match(headers, { 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' }, path)
  }
})

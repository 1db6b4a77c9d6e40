import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { buildApp } from '../../src/index.ts'
import { tokenForm, tokenPath } from '../callers.ts'
import { build } from '../harness.ts'
import type { Client } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'
const inHeader = (name: string) => ({ 'x-ovoc-mock-sandbox': name })
const change = (description: string) => ({ method: 'PUT', body: { description } })
const names = async (call: Client) => (await call('/__admin/sandboxes')).body.sandboxes.map(({ name }: { name: string }) => name)

t.test('each sandbox, named by header or path, is a separate OVOC', async t => {
  const call = await build(t)
  await call(path, { ...change('one'), headers: inHeader('one') })
  await call(`/__sandbox/two/api${path}`, change('two'))
  t.equal((await call(`/__sandbox/one${path}`)).body.description, 'one')
  t.equal((await call(path, { headers: inHeader('two') })).body.description, 'two')
  t.equal((await call(path)).body.description, 'Brad984')
  t.equal((await call(`/__sandbox/default${path}`)).body.description, 'Brad984')
})

t.test('the names of a sandbox and a base path may be percent-encoded', async t => {
  const url = '/__s%61ndbox/%6Fne/%61pi/ovoc/v1/topology/customers/85844'
  const refused = await (await build(t, { auth: 'required' }))(url)
  t.same([refused.status, refused.headers['www-authenticate']], [401, 'Bearer realm="OVOC"'])
  const call = await build(t)
  t.equal((await call(url)).status, 200)
  t.match((await call('/__admin/sandboxes')).body.sandboxes, [{ name: 'default' }, { name: 'one' }])
})

t.test('a url in a body leads back into the sandbox if the client puts the sandbox\'s path before it', async t => {
  const call = await build(t)
  await call(`/__sandbox/one${path}`, change('one'))
  const { body: { url } } = await call(`/__sandbox/one${path}`)
  t.equal((await call(`/__sandbox/one${url}`)).body.description, 'one')
})

t.test('each sandbox has its own id sequence, above all existing ids', async t => {
  const call = await build(t)
  const creation = { method: 'POST', body: { name: 'C', tenantId: 1, msTenantId: 'f79a7f93-5ef7-47d2-92c8-e4570503cec3' } }
  const ids = []
  for (const name of ['one', 'two', 'one']) ids.push((await call('/ovoc/v1/topology/channels', { ...creation, headers: inHeader(name) })).body.id)
  t.same(ids, [2097152, 2097152, 2097153])
})

t.test('an invalid sandbox name gets a 400 that says which names are valid', async t => {
  const call = await build(t)
  const rule = 'the name of a sandbox must be 1 to 64 letters, digits, hyphens and underscores, got'
  for (const name of ['a b', 'a/b', 'a.b', 'é', 'x'.repeat(300), '']) {
    const { status, body } = await call(path, { headers: inHeader(name) })
    t.same([status, body.description.startsWith(rule)], [400, true], name)
  }
  for (const name of ['a%2Fb', 'a.b', '%C3%A9', 'x'.repeat(65), '']) t.match((await call(`/__sandbox/${name}${path}`)).body.description, rule, name)
  t.same(await names(call), ['default'])
})

t.test('a request whose path and header name different sandboxes is rejected', async t => {
  const call = await build(t)
  const { status, body } = await call(`/__sandbox/one${path}`, { headers: inHeader('two') })
  t.same([status, body.description], [400, 'the path names the sandbox "one", but the header X-Ovoc-Mock-Sandbox names "two"; leave one out'])
  t.equal((await call(`/__sandbox/one${path}`, { headers: inHeader('one') })).status, 200)
})

t.test('a path with nothing after the sandbox gets a 404', async t => {
  const call = await build(t)
  for (const bare of ['/__sandbox/one', '/__sandbox/one?x=1', '/__sandbox/one/']) t.equal((await call(bare)).status, 404, bare)
})

t.test('sandboxes are opened, listed and dropped', async t => {
  const call = await build(t)
  const opened = await call('/__admin/sandboxes', { method: 'POST', body: { name: 'one' } })
  t.same([opened.status, opened.body], [201, { name: 'one', url: '/__sandbox/one', changes: 0, requests: 0, ageSeconds: 0, idleSeconds: 0 }])
  t.equal((await call('/__admin/sandboxes', { method: 'POST', body: { name: 'one' } })).status, 200)
  const unnamed = (await call('/__admin/sandboxes', { method: 'POST' })).body.name
  t.same(await names(call), ['default', 'one', unnamed])
  await call(`/__sandbox/one${path}`, change('one'))
  t.equal((await call('/__admin/sandboxes')).body.sandboxes[2].changes, 1)
  t.equal((await call('/__admin/sandboxes/one', { method: 'DELETE' })).status, 200)
  t.equal((await call(`/__sandbox/one${path}`)).body.description, 'Brad984')
  const missing = await call('/__admin/sandboxes/none', { method: 'DELETE' })
  t.match(missing, { status: 404, headers: { 'content-type': 'application/problem+json' }, body: { title: 'Not Found', status: 404, detail: 'there is no sandbox none' } })
  t.equal((await call('/__admin/sandboxes/default', { method: 'DELETE' })).status, 409)
})

t.test('if there are too many sandboxes, the least recently used one is dropped', async t => {
  const call = await build(t, { maxSandboxes: 2 })
  for (const name of ['one', 'two', 'one', 'three']) await call(path, { headers: inHeader(name) })
  t.same(await names(call), ['default', 'one', 'three'])
})

t.test('an idle sandbox is dropped after sandbox-ttl, but not a used one or the default one', async t => {
  const call = await build(t, { sandboxTtl: 0.5 })
  await call(path, { headers: inHeader('idle') })
  await call(path, { headers: inHeader('used') })
  const deadline = Date.now() + 20_000
  while ((await names(call)).includes('idle') && Date.now() < deadline) {
    await call(path, { headers: inHeader('used') })
    await setTimeout(10)
  }
  t.same(await names(call), ['default', 'used'])
  while ((await names(call)).includes('used') && Date.now() < deadline) await setTimeout(10)
  t.same(await names(call), ['default'])
})

t.test('with sandbox-ttl 0, no sandbox is dropped', async t => {
  const call = await build(t, { sandboxTtl: 0 })
  await call(path, { headers: inHeader('one') })
  t.same(await names(call), ['default', 'one'])
})

t.test('a reset affects only its own sandbox', async t => {
  const call = await build(t)
  for (const name of ['one', 'two']) await call(`/__sandbox/${name}${path}`, change(name))
  t.same((await call('/__sandbox/one/__admin/reset', { method: 'POST' })).body, {})
  t.equal((await call(`/__sandbox/one${path}`)).body.description, 'Brad984')
  t.equal((await call(`/__sandbox/two${path}`)).body.description, 'two')
})

t.test('a token has the time of its sandbox\'s clock and an issuer under the sandbox\'s path', async t => {
  const call = await build(t)
  await call('/__sandbox/one/__admin/clock', { method: 'PUT', body: { now: '2030-01-01T00:00:00Z', frozen: true } })
  const { access_token: token } = (await call(`/__sandbox/one${tokenPath}`, tokenForm())).body
  t.match(JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()), { iat: 1893456000, iss: /\/__sandbox\/one\/11111111/ })
  t.equal((await call(`/__sandbox/one/api${path}`, { headers: { authorization: `Bearer ${token}` } })).status, 200)
  t.match((await call(`/api${path}`, { headers: { authorization: `Bearer ${token}` } })).body.description, 'not valid before')
})

t.test('control requests are checked as strictly as OVOC\'s', async t => {
  const call = await build(t)
  const { status, body } = await call('/__admin/sandboxes', { method: 'POST', body: { name: 'a b', nam: 1 } })
  t.equal(status, 400)
  t.same(body.problems, ['/nam is not a known field; did you mean "name"?', '/name must be a name of 1 to 64 letters, digits, hyphens and underscores, got "a b"'])
  t.equal((await call('/__admin/reset', { method: 'POST', body: { x: 1 } })).body.detail, 'this request takes no body')
  t.match((await call('/__admin/rest', { method: 'POST' })), { status: 404, body: { detail: /closest known path is \/__admin\/reset/ } })
  t.match((await call('/__admin/reset')), { status: 405, headers: { allow: 'POST' } })
})

t.test('a sandbox that is dropped or changed while its records are checked is whole afterwards', async t => {
  const app = await buildApp()
  t.teardown(() => app.close())
  let now = performance.now()
  t.intercept(performance, 'now', { value: () => (now += 10) })
  const fixtures = { files: Array.from({ length: 100 }, (_, index) => ({ id: index + 1, name: 'f', description: null })) }
  const open = () => app.inject({ method: 'POST', url: '/__admin/sandboxes', payload: { name: 'x', fixtures } })
  await open()
  let opening = open()
  await app.inject({ method: 'DELETE', url: '/__admin/sandboxes/x' })
  t.equal((await opening).statusCode, 201)
  await app.inject('/__sandbox/x/ovoc/v1/swManager/files')
  t.equal((await app.inject('/__sandbox/x/__admin/requests')).json().requests.length, 1)

  opening = open()
  await app.inject({ method: 'POST', url: '/__sandbox/x/__admin/rules', payload: { status: 503 } })
  t.equal((await opening).statusCode, 200)
  t.equal((await app.inject('/__sandbox/x/ovoc/v1/swManager/files')).statusCode, 503)
})

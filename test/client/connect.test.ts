import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { buildApp, connectOvocMock } from '../../src/index.ts'
import { start } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'

t.test('an app without a socket can be controlled', async t => {
  const app = await buildApp({ adminToken: 's3cret' })
  t.teardown(() => app.close())
  const ovoc = connectOvocMock(app, { adminToken: 's3cret' })
  const sandbox = await ovoc.sandbox('one')
  t.same([ovoc.url, sandbox.url], ['', '/__sandbox/one'])
  await app.inject({ method: 'PUT', url: sandbox.url + path, payload: { description: 'changed' } })
  t.equal((await app.inject(sandbox.url + path)).json().description, 'changed')
  await sandbox.reset()
  t.equal((await app.inject(sandbox.url + path)).json().description, 'Brad984')
})

t.test('the handle controls its server, whatever credentials other callers need', async t => {
  for (const options of [{ https: true }, { auth: 'required' }, { adminToken: 's3cret' }] as const) {
    const sandbox = await (await start(t, options)).sandbox()
    t.match(await sandbox.clock.freeze(), { frozen: true }, JSON.stringify(options))
  }
})

t.test('a closing connection drops only the sandboxes that it opened without a name', async t => {
  const { url } = await start(t)
  const names = async () => (await (await fetch(`${url}/__admin/sandboxes`)).json() as { sandboxes: Array<{ name: string }> }).sandboxes.map(({ name }) => name)
  const connection = connectOvocMock(`${url}/`)
  t.equal(connection.url, url)
  const unnamed = await connection.sandbox()
  await connection.sandbox('named')
  t.same(await names(), ['default', unnamed.name, 'named'])
  await connection[Symbol.asyncDispose]()
  t.same(await names(), ['default', 'named'])
})

t.test('a sandbox is dropped with its server, and later calls are errors', async t => {
  const ovoc = await start(t)
  const sandbox = await ovoc.sandbox()
  await ovoc.close()
  await sandbox.drop()
  await t.rejects(sandbox.reset(), { name: 'ServerClosed', message: 'the server is closed' })
})

t.test('if one sandbox cannot be dropped, a closing connection still drops the others', async t => {
  const dropped: string[] = []
  const stranger = createServer(({ method, url = '' }, response) => {
    const isFailing = method === 'DELETE' && dropped.push(url) === 1
    response.end(JSON.stringify(isFailing ? { detail: 'no', problems: [], status: 503 } : {}))
  }).listen(0, '127.0.0.1')
  await once(stranger, 'listening')
  t.teardown(() => stranger.close())
  const connection = connectOvocMock(`http://127.0.0.1:${(stranger.address() as AddressInfo).port}`)
  const opened = [await connection.sandbox(), await connection.sandbox(), await connection.sandbox()]
  await t.rejects(connection.close(), { name: 'OvocMockError', message: 'no' })
  t.same(dropped, opened.map(({ name }) => `/__sandbox/${name}/__admin/sandboxes/${name}`))
})

t.test('a connection without the right admin token gets an error that says what was expected', async t => {
  const { url } = await start(t, { adminToken: 's3cret' })
  const message = 'this path expects in the header Authorization Bearer, then the admin token'
  await t.rejects(connectOvocMock(url).sandbox(), { name: 'OvocMockError', status: 401, message: `${message}; none was sent` })
  await t.rejects(connectOvocMock(new URL(url), { adminToken: 'other' }).reset() as Promise<void>, { message: `${message}; got another` })
})

t.test('the error for an unreachable server names its address and the reason', async t => {
  await t.rejects(connectOvocMock('http://127.0.0.1:1').sandbox(), { message: /^http:\/\/127\.0\.0\.1:1 does not answer: (connect ECONNREFUSED|bad port)/ })
  const { url } = await start(t, { https: true })
  await t.rejects(connectOvocMock(url).sandbox(), { message: `${url} does not answer: self-signed certificate` })
})

t.test('a token that does not fit into a header is an error', async t => {
  await t.rejects(connectOvocMock((await start(t)).url, { adminToken: 'two\nlines' }).sandbox(), { message: /Invalid character in header content/ })
})

t.test('a response of another server is an error, not a result', async t => {
  const stranger = createServer((_request, response) => response.end('hi')).listen(0, '127.0.0.1')
  await once(stranger, 'listening')
  t.teardown(() => stranger.close())
  const url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`
  await t.rejects(connectOvocMock(url).sandbox('one'), {
    name: 'UnexpectedResponse',
    code: 'OVOC_MOCK_UNEXPECTED_RESPONSE',
    message: `POST ${url}/__sandbox/one/__admin/sandboxes returned 200, but not from ovoc-mock; the part before /__sandbox/one/__admin must be the url of an ovoc-mock, without a path of its own`
  })
})

t.test('an unknown option of a connection is an error', async t => {
  t.throws(() => connectOvocMock('http://127.0.0.1:1', { admintoken: 'x' } as object), { name: 'TypeError', message: 'connectOvocMock has no option admintoken, only adminToken' })
})

t.test('connecting to something other than a url or an app is an error at once', async t => {
  const expected = 'the server must be a url such as http://127.0.0.1:4010, or what buildApp resolves to'
  for (const url of ['localhost:4010', '/ovoc', '', 'http://']) {
    t.throws(() => connectOvocMock(url), { message: `${expected}, got "${url}"` })
  }
  for (const [server, got] of [[undefined, 'undefined'], [null, 'null'], [4010, '4010'], [Promise.resolve(), '[object Promise]']]) {
    t.throws(() => connectOvocMock(server as string), { message: `${expected}, got ${got}` })
  }
})

t.test('a closed app without a socket can no longer be controlled', async t => {
  const app = await buildApp()
  const ovoc = connectOvocMock(app)
  const sandbox = await ovoc.sandbox()
  t.equal((await sandbox.customers.patch(85844, { description: 'changed' })).description, 'changed')
  t.equal((await sandbox.customers.get(85844)).description, 'changed')
  await app.close()
  await t.rejects(sandbox.customers.get(85844), { name: 'ServerClosed', message: 'the server is closed' })
})

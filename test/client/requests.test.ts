import { buildApp, connectOvocMock } from '../../src/index.ts'
import { start } from '../harness.ts'
import { watched } from '../watched.ts'
import t from 'tap'
import { bothWays } from './ways.ts'

const path = '/ovoc/v1/topology/customers/85844'
const verify = async (url: string) => { await fetch(url + path, { method: 'PUT' }) }

bothWays('the requests that a sandbox received can be listed, filtered, read and deleted', async (t, ovoc) => {
  const { requests, url } = await ovoc.sandbox()
  await verify(url)
  await fetch(`${url}/ovoc/v1/topology/devices/1`)
  const [first, second] = await requests.list()
  t.match(first, { operation: 'verifyCustomer', resource: 'customers', method: 'PUT', path, params: { id: 85844 }, status: 200 })
  t.match(await requests.get(second?.id ?? 0), { operation: 'getDevice', status: 404, reason: 'there is no device with id 1' })
  t.same(await requests.list({ operation: 'getDevice', status: 404, since: new Date(0), limit: 1 }), [second])
  t.same(await requests.list({ since: first?.id }), [second])
  await requests.clear()
  t.same(await requests.list(), [])
})

bothWays('limit returns that many of the last requests, without counting notes of the journal', async (t, ovoc) => {
  const sandbox = await ovoc.sandbox('default')
  await sandbox.reset()
  await verify(sandbox.url)
  await (await ovoc.sandbox()).drop()
  t.match(await sandbox.requests.list({ limit: 1 }), [{ operation: 'verifyCustomer' }])
})

bothWays('verify succeeds if the number of requests is as expected', async (t, ovoc) => {
  const { requests, url } = await ovoc.sandbox()
  t.equal(await requests.verify({ times: 0 }), 0)
  await verify(url)
  await verify(url)
  t.equal(await requests.verify({ operation: 'verifyCustomer', params: { id: 85844 }, status: 200 }), 2)
  t.equal(await requests.verify({ resource: 'customers', times: 2 }), 2)
  t.equal(await requests.verify({ operation: 'getCustomer', atMost: 0 }), 0)
})

bothWays('a failed verification is an error that shows the nearest requests', async (t, ovoc) => {
  const { requests, url, consoleUrl } = await ovoc.sandbox()
  await verify(url)
  await t.rejects(requests.verify({ operation: 'verifyCustomer', params: { id: 79192 }, times: 3 }), {
    name: 'OvocMockError',
    message: `expected 3 requests, got 0; nearest: #1 PUT ${new URL(url).pathname}${path}: params/id expected 79192, got 85844\n  See ${consoleUrl}`,
    status: 409,
    problem: { count: 0, expected: { times: 3 }, nearMisses: [{ method: 'PUT', mismatches: [{ where: 'params/id' }] }] }
  })
})

bothWays('wait returns a later request, and its error says that none came', async (t, ovoc) => {
  const { requests, url } = await ovoc.sandbox()
  const awaited = requests.wait({ operation: 'verifyCustomer', times: 3, timeout: 30_000 })
  for (let count = 1; count <= 2; count++) await verify(url)
  t.equal(await Promise.race([awaited, requests.verify({ operation: 'verifyCustomer', times: 2 })]), 2, 'two are not enough')
  await verify(url)
  t.match(await awaited, [{ id: 1 }, { id: 2 }, { id: 3, operation: 'verifyCustomer', status: 200 }])
  await t.rejects(requests.wait({ operation: 'getCustomer', timeout: 1 }), { message: /^expected at least 1 request, got 0[^]*\n {2}See http:\/\/[\d.:]+\/__admin\/console\/#\/sandbox\/[\w-]+\/requests$/ })
})

t.test('a verification that fails names no page where there is none, or where the expectation is wrong', async t => {
  const app = await buildApp()
  t.teardown(() => app.close())
  await t.rejects(connectOvocMock(app).requests.verify({}), { message: /the journal of this sandbox is empty$/ })
  await t.rejects((await start(t)).requests.verify({ path: 'x' }), { status: 400, message: /^(?![^]*See http)/ })
})

t.test('a new request that matches ends a wait', async t => {
  const server = await start(t)
  const { requests } = await server.sandbox('default')
  const isWatched = watched(server)
  const awaited = requests.wait({ operation: 'verifyCustomer', timeout: 30_000 })
  await isWatched
  t.equal(await requests.verify({ times: 0 }), 0)
  await verify(server.url)
  t.match(await awaited, [{ operation: 'verifyCustomer', status: 200 }])
})

t.test('notes of dropped sandboxes are among the journal entries, but not in the list of requests', async t => {
  const server = await start(t)
  const { requests } = await connectOvocMock(server.url).sandbox('default')
  await verify(server.url)
  await (await server.sandbox('gone')).drop()
  t.equal((await requests.list()).length, 1)
  t.match(await requests.get(2), { event: 'sandbox-dropped', sandbox: 'gone', reason: 'asked' })
})

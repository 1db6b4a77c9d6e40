import t from 'tap'
import { connectOvocMock } from '../../src/index.ts'
import { start } from '../harness.ts'
import { bothWays } from './ways.ts'

const path = '/ovoc/v1/topology/customers/85844'

bothWays('the handle is the client of the default sandbox', async (t, ovoc) => {
  await ovoc.reset()
  await ovoc.customers.patch(85844, { description: 'by the handle' })
  await ovoc.rules.add({ match: { operation: 'verifyCustomer' }, status: 503, times: 1 })
  const statuses = [await fetch(ovoc.url + path, { method: 'PUT' }), await fetch(ovoc.url + path)].map(({ status }) => status)
  t.same(statuses, [503, 200])
  t.equal(ovoc.consoleUrl, `${ovoc.url}/__admin/console/#/requests`)
  const [entry] = await ovoc.requests.list({ operation: 'getCustomer', params: { id: 85844 } })
  t.equal(entry?.response.body.description, 'by the handle')
  await ovoc.clock.freeze()
  await ovoc.snapshots.take('mine')
  await ovoc.snapshots.delete('mine')
  await ovoc.reset()
  t.same([ovoc.name, (await ovoc.customers.get(85844)).description, await ovoc.rules.list()], ['default', 'Brad984', []])
})

bothWays('a sandbox name may be any text, and different texts name different sandboxes', async (t, ovoc) => {
  const titles = ['shows an error (ä)', 'shows an error (ö)', '', '/../x?y#z', '🙂', 'x'.repeat(500), 'plain-name']
  const sandboxes = []
  for (const title of titles) sandboxes.push(await ovoc.sandbox(title))
  t.equal(new Set(sandboxes.map(({ name }) => name)).size, titles.length)
  t.match(sandboxes[0]?.name, /^shows-an-error-a-[0-9a-f]{8}$/)
  t.equal(sandboxes.at(-1)?.name, 'plain-name')
  t.equal(sandboxes.at(-1)?.consoleUrl, `${ovoc.url}/__admin/console/#/sandbox/plain-name/requests`)
  for (const { url, requests } of sandboxes) {
    t.equal((await fetch(url + path)).status, 200)
    await requests.verify({ times: 1 })
  }
  t.equal((await ovoc.sandbox('shows an error (ä)')).name, sandboxes[0]?.name)
})

bothWays('a scenario is built once, and each sandbox begins with a copy of it', async (t, ovoc) => {
  const base = await ovoc.sandbox()
  await base.customers.patch(85844, { description: 'the scenario' })
  await base.rules.add({ match: { operation: 'verifyCustomer' }, status: 503, times: 1 })
  const scenario = await base.snapshots.take('scenario')
  const copies = await Promise.all([1, 2, 3, 4, 5].map(number => ovoc.sandbox(`copy ${number} of ${base.name}`, { from: scenario })))
  await copies[0]?.customers.patch(85844, { description: 'changed' })
  const seen = await Promise.all(copies.map(async ({ url, customers }) => [(await fetch(url + path, { method: 'PUT' })).status, (await customers.get(85844)).description]))
  t.same(seen, [[503, 'changed'], ...[1, 2, 3, 4].map(() => [503, 'the scenario'])])
  await t.rejects(ovoc.sandbox('lost', { from: { ...scenario, name: 'scenery' } }), { message: 'there is no snapshot scenery; did you mean "scenario"?' })
  await t.rejects(ovoc.sandbox('lost', { from: { ...scenario, sandbox: 'nobody' } }), { message: 'there is no sandbox nobody' })
  await t.rejects(ovoc.sandbox('lost', { form: scenario } as never), { name: 'TypeError', message: 'a sandbox has no option form, only from and port' })
})

bothWays('a sandbox opened with records has only these records', async (t, ovoc) => {
  const customer = { ...await ovoc.customers.get(85844), description: 'a value' }
  const sandbox = await ovoc.sandbox(undefined, { from: { customers: [customer] } })
  t.same([await sandbox.customers.list(), await sandbox.services.list(), await sandbox.devices.list()], [[customer], [], []])
  t.match(await (await fetch(sandbox.url + path)).json(), { description: 'a value' })
  t.match(await sandbox.snapshots.take('values'), { changes: 1 })

  // A rejected call leaves the sandbox as it was.
  const same = { from: { customers: [{ ...customer, status: 'FINE' as never }] } }
  await t.rejects(ovoc.sandbox(sandbox.name, same), { name: 'OvocMockError', message: /\/customers\/0\/status must be one of/ })
  await t.rejects(ovoc.sandbox(sandbox.name, { from: { custmers: [] } as never }), { message: /custmers/ })
  t.same(await sandbox.customers.list(), [customer])
  await ovoc.sandbox(sandbox.name, { from: {} })
  t.same(await sandbox.customers.list(), [])
  await sandbox.reset()
  t.match(await sandbox.customers.get(85844), { description: 'Brad984' })
})

t.test('a sandbox can have its own port, for clients that drop the path of their base URL', async t => {
  for (const options of [{}, { https: true }, { host: 'localhost' }]) {
    const ovoc = await start(t, options)
    const sandbox = await ovoc.sandbox('own', { port: 0 })
    t.not(sandbox.url, ovoc.url)
    if (options.https === true) continue
    await sandbox.customers.patch(85844, { description: 'own' })
    t.match(await (await fetch(new URL(path, sandbox.url))).json(), { description: 'own' })
    t.match(await (await fetch(new URL(path, ovoc.url))).json(), { description: 'Brad984' })
    t.match(await (await fetch(new URL(path, sandbox.url), { headers: { 'X-Ovoc-Mock-Sandbox': 'default' } })).json(), { description: 'Brad984' })
    await sandbox.requests.verify({ times: 1 })
    await ovoc.close()
    await t.rejects(fetch(sandbox.url + path))
  }
  const { url } = await start(t)
  await t.rejects(connectOvocMock(url).sandbox('own', { port: 0 }), { name: 'TypeError', message: 'a port for a sandbox needs a server in the same process, as startOvocMock makes it' })
})

bothWays('a verification without matches says that the requests went to the default sandbox', async (t, ovoc) => {
  const sandbox = await ovoc.sandbox()
  await ovoc.requests.clear()
  await fetch(new URL(path, sandbox.url))
  await t.rejects(sandbox.requests.verify({ operation: 'getCustomer' }), { message: /got 0; 1 such request came to the default sandbox \(#\d+ GET \/ovoc\/v1\/topology\/customers\/85844\): does the client keep the path of its base URL\? new URL\('\/ovoc\/…', base\) drops it; the journal of this sandbox is empty/ })
  await fetch(new URL(path, sandbox.url), { headers: { Authorization: 'Basic eDp5' } })
  await t.rejects(sandbox.requests.verify({ operation: 'getCustomer' }), { message: /2 such requests came to the default sandbox \(#\d+ GET [^,]+, which was refused with 401\)/ })
})

bothWays('a verification without matches says what a request without the base path should have asked for', async (t, ovoc) => {
  const { url, requests } = await ovoc.sandbox()
  await fetch(`${url}/v1/topology/customers/85844`)
  await t.rejects(requests.verify({ operation: 'getCustomer' }), { message: /nearest: #1 GET \S+: operation expected "getCustomer", got nothing \(there is no "\S+" here; the closest known path is \/ovoc\/v1\/topology\/customers\/\{id\}\)\n/ })
  await fetch(`${url}/ovoc/v1/topology/customers`)
  await requests.wait({ operation: 'listCustomers' })
})

bothWays('the list of requests accepts the same conditions as a verification', async (t, ovoc) => {
  const { url, requests } = await ovoc.sandbox()
  await fetch(`${url}/ovoc/v1/topology/customers?detail=1`, { headers: { 'X-Test': 'yes' } })
  await fetch(url + path, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: '{"description":"x"}' })
  const listed = async (filter: object) => (await requests.list(filter)).map(({ id }) => id)
  t.same(await Promise.all([listed({ query: { detail: '1' } }), listed({ headers: { 'X-Test': 'y*' } }), listed({ resource: 'customers', body: { description: 'x' } }), listed({ params: { id: 1 } })]), [[1], [1], [2], []])
  await t.rejects(listed({ params: { ID: 1 } }), { message: /params\/ID is not a parameter of such a path; known are id/ })
  await t.rejects(listed({ qurey: {} }), { message: /match\/qurey is not a known field; did you mean "query"\?/ })
})

t.test('a match in a query that is not JSON is a 400', async t => {
  const { url } = await start(t)
  const response = await fetch(`${url}/__admin/requests?match={`)
  t.match(await response.json(), { status: 400, detail: 'the query is not valid: match is not JSON: close brace expected at line 1, column 2' })
})

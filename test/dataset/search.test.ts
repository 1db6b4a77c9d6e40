import { once } from 'node:events'
import { get } from 'node:http'
import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import type { Test } from 'tap'
import { buildApp } from '../../src/index.ts'
import { becomes, build, heapUsed, start } from '../harness.ts'
import type { Client } from '../harness.ts'

const base = '/ovoc/v1/topology'
const first = 2 ** 21

type Row = Record<string, unknown>

/** Returns the processor time of some work in milliseconds. */
async function costOf (work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

async function rowsOf (call: Client, path: string): Promise<Row[]> {
  const { status, body } = await call(path)
  return status === 204 ? [] : Object.values(body as Record<string, Row[]>)[0] as Row[]
}

t.test('a filter by a field that contains the id finds the record among ten million customers', async t => {
  const call = await build(t, { customers: 10_000_000, unknownIds: 'generate' })
  const [customer, device] = [first + 32 * 9_999_999, first + 32 * 9_999_997 + 5]
  const filters: Array<[list: string, id: number, fields: string[]]> = [['lcCustomers', customer, ['id', 'name']], ['devices', device, ['id', 'name', 'fqdn', 'ipAddress']]]
  for (const [list, id, fields] of filters) {
    const { body } = await call(`${base}/${list}/${id}`)
    for (const field of fields) t.same((await rowsOf(call, `${base}/${list}?detail=1&filter=(${field}='${body[field]}')`)).at(-1), body, field)
  }
  for (const [value, ids] of [[85844, [85844]], ['2097152.0', []], ['4e6', []], ['', []], ['x', []], [4711, []]] as const) {
    t.same((await rowsOf(call, `${base}/lcCustomers?filter=(id='${value}')`)).map(row => row.id), ids, String(value))
  }
  for (const name of ['Nobody', 'Nobody65536', 'Nobody99999999999999999999', 'SBC-Nowhere-2097157']) {
    for (const list of ['lcCustomers', 'devices']) t.same(await rowsOf(call, `${base}/${list}?filter=(name='${name}')`), [])
  }
  for (const address of ['10.300.1.1', '10', '10.1.1', '11.1.1.1', '10.1e999.0.1', '10.0.0.-1']) t.same(await rowsOf(call, `${base}/devices?filter=(ipAddress='${address}')`), [])
})

t.test('a filter by address finds both devices if two devices share it', async t => {
  const call = await build(t, { customers: 600_000 })
  const period = 254 * 2 ** 16
  // Some customers have no devices.
  for (let id = first + 5; ; id += 32) {
    const answers = await Promise.all([id, id + period].map(one => call(`${base}/devices/${one}`)))
    if (answers.some(({ status }) => status === 404)) continue
    const devices = answers.map(({ body }) => body)
    t.same(await rowsOf(call, `${base}/devices?detail=1&filter=(ipAddress='${devices[0].ipAddress}')`), devices)
    break
  }
})

t.test('a filter by a field that does not contain the id finds the first and the last of many records', async t => {
  const call = await build(t, { customers: 4000 })
  const serials = []
  for (const filter of [`id='${first + 32 * 3990 + 5}'`, `id='${first + 32 * 9 + 5}'`]) serials.push(...await rowsOf(call, `${base}/devices?fields=id,serialNumber&filter=(${filter})`))
  const search = (row: Row) => async () => t.has(await rowsOf(call, `${base}/devices?fields=id,serialNumber&filter=(serialNumber='${row.serialNumber}')`), [row])
  for (const row of serials) await search(row)()
  t.ok((await rowsOf(call, `${base}/channels?fields=id&filter=(tenantId='1')`)).length > 100)
})

t.test('a filter value with a plus finds records with a plus and records with a space', async t => {
  const call = await build(t, { customers: 20 })
  const { id, fullName } = (await rowsOf(call, `${base}/lcCustomers?detail=1`)).findLast(row => row.fullName !== null) as Row
  await call(`${base}/lcCustomers/85844`, { method: 'PUT', body: { fullName: (fullName as string).replaceAll(' ', '+') } })
  const found = await rowsOf(call, `${base}/lcCustomers?fields=id&filter=(fullName='${(fullName as string).replaceAll(' ', '+')}')`)
  t.same(found, [{ id: 85844 }, { id }])
})

t.test('a filter of customers by the source or id of a service finds the customers with that service', async t => {
  const call = await build(t, { customers: 300 })
  const { body: { services: [{ serviceId }] } } = await call(`${base}/services/${first + 32 * 4 + 1}`)
  for (const filter of ["(customerSource='NOPE')", "(customerId='NOPE')"]) t.same(await rowsOf(call, `${base}/customers?filter=${filter}`), [])
  const wanted = `${base}/customers?fields=id,customerId&filter=(customerId='${serviceId}')`
  t.same(await rowsOf(call, wanted), [{ id: first + 32 * 4, customerId: serviceId }])
  const ofType = await rowsOf(call, `${base}/customers?fields=id&filter=(customerSource='LTC')`)
  const owners = (await rowsOf(call, `${base}/services?fields=lcCustomerId&filter=(serviceSource='LTC')`)).map(row => row.lcCustomerId)
  t.same(ofType.map(row => row.id).sort(), [...new Set(owners)].sort())

  const changed = { ...(await rowsOf(call, `${base}/services?filter=(serviceId='${serviceId}')`))[0], serviceId: '00000000-0000-4000-8000-000000000000' }
  await call(`/__admin/records/services/${first + 32 * 4 + 1}`, { method: 'PUT', body: changed })
  t.same(await rowsOf(call, wanted), [])
  t.same(await rowsOf(call, `${base}/customers?fields=id&filter=(customerId='${changed.serviceId}')`), [{ id: first + 32 * 4 }])
})

t.test('a list of customers shows each with the service of the filter and in its present state, whatever was listed before', async t => {
  const call = await build(t, { customers: 40 })
  const listed = async (filter = '') => (await rowsOf(call, `${base}/customers?detail=1${filter}`)).find(row => row.id === 86502) as Row
  const before = await listed()
  for (const source of ['STNG_REGIONAL', before.customerSource]) {
    t.equal((await listed(`&filter=(customerSource='${source}')`)).customerSource, source)
    t.same(await listed(), before)
  }
  await call(`${base}/customers/86502`, { method: 'PUT', body: { description: 'changed' } })
  t.same(await listed(), { ...before, description: 'changed' })
  t.same(await rowsOf(call, `${base}/lcCustomers?detail=1&filter=(id='86502')`), [(await call(`${base}/lcCustomers/86502`)).body])
})

/** Fails the test if a filter finds other records than a comparison with every full record. */
async function assertFound (t: Test, call: Client, list: string, fields: readonly string[]): Promise<void> {
  const rows = await rowsOf(call, `${list}?detail=1`)
  for (const field of fields) {
    const values = [...new Set(rows.map(row => row[field]))].filter(value => value !== null).slice(-8).map(String)
    for (const value of [...values, 'null', 'none such']) {
      const found = await rowsOf(call, `${list}?detail=1&filter=${encodeURIComponent(`(${field}='${value}')`)}`)
      const expected = rows.filter(row => row[field] !== null && String(row[field]) === value)
      if (JSON.stringify(found) !== JSON.stringify(expected)) t.fail(`${list} ${field} ${value}: ${found.length} instead of ${expected.length}`)
    }
  }
  t.ok(rows.length > 0, list)
}

t.test('a filter finds the same records as a comparison with every record, in the same order', async t => {
  const call = await build(t, { customers: 60 })
  await assertFound(t, call, `${base}/lcCustomers`, ['id', 'name', 'status', 'channelId', 'logoId', 'description'])
  await assertFound(t, call, `${base}/devices`, ['id', 'name', 'ipAddress', 'fqdn', 'region'])
  await assertFound(t, call, `${base}/services`, ['serviceSource', 'lcCustomerId', 'serviceId'])
  await assertFound(t, call, `${base}/channels`, ['name', 'servicesNumber'])
  await assertFound(t, call, '/ovoc/v1/callsMonitor/calls', ['reportingNodeId'])
  await assertFound(t, call, '/ovoc/v1/swManager/files', ['name'])
})

t.test('a filter reflects changed, new and deleted records of its sandbox, but not of another sandbox', async t => {
  const call = await build(t, { customers: 60 })
  const headers = { 'x-ovoc-mock-sandbox': 'other' }
  const change = (id: number, body: object) => call(`${base}/lcCustomers/${id}`, { method: 'PUT', body })
  await assertFound(t, call, `${base}/lcCustomers`, ['name', 'description'])
  const { name } = (await call(`${base}/lcCustomers/${first + 320}`)).body
  for (const id of [first + 640, first + 320, 85844, first, first + 352]) await change(id, { description: name })
  await change(first + 320, { name: 'Renamed' })
  await change(first + 32, { name })
  await assertFound(t, call, `${base}/lcCustomers`, ['name', 'description', 'id'])
  t.same((await rowsOf(call, `${base}/lcCustomers?fields=id&filter=(description='${name}')`)).map(row => row.id).slice(0, 2), [85844, first])
  t.same((await call(`${base}/lcCustomers?filter=(name='Renamed')`, { headers })).status, 204)
  await call(`${base}/channels`, { method: 'POST', body: { name: 'New', tenantId: 868, msTenantId: 'f79a7f93-5ef7-47d2-92c8-e4570503cec3' } })
  await assertFound(t, call, `${base}/channels`, ['name'])
  await call('/ovoc/v1/swManager/files/90502', { method: 'DELETE' })
  await assertFound(t, call, '/ovoc/v1/swManager/files', ['name'])

  const alone = `${first + 32 * 2 + 21}`
  await call(`/__admin/records/calls/${alone}`, { method: 'DELETE' })
  t.same(await rowsOf(call, `/ovoc/v1/callsMonitor/calls?filter=(id='${alone}')`), [])
  await assertFound(t, call, '/ovoc/v1/callsMonitor/calls', ['id', 'reportingNodeId'])
})

t.test('a search whose index is dropped for another one still finds all records', async t => {
  const { url } = await start(t, { customers: 120_000 })
  const leaving = new AbortController()
  const search = (filter: string) => fetch(`${url}${base}/devices?detail=1&filter=(${filter})`, { signal: leaving.signal })
  const [first, second] = [search("region='EMEA'"), search("productType='C450HD'")]
  const reader = (await first).body?.getReader()
  const { value } = await reader?.read() as { value: Uint8Array }
  leaving.abort()
  await t.rejects(second)
  const text = new TextDecoder().decode(value)
  const devices = JSON.parse(`${text.slice(0, text.lastIndexOf(',{"id"'))}]}`).devices as Row[]
  t.ok(devices.length > 100)
  t.same(devices.filter(({ region }) => region !== 'EMEA'), [])
})

t.test('other requests get responses during a long search, and an aborted search ends', async t => {
  const app = await buildApp({ customers: 100_000 })
  t.teardown(() => app.close())
  const leaving = new AbortController()
  const search = app.inject({ path: `${base}/lcCustomers?filter=(status='Nobody')`, signal: leaving.signal })
  for (let answered = 0; answered < 20; answered++) t.equal((await app.inject(`${base}/lcCustomers/85844`)).statusCode, 200)
  leaving.abort()
  await t.rejects(search)
  await setTimeout(20)
  const cost = await costOf(() => setTimeout(200))
  t.ok(cost < 170, `${cost} ms`)
})

t.test('a search ends when its client leaves', async t => {
  const { url } = await start(t, { customers: 100_000 })
  const leaving = new AbortController()
  const search = fetch(`${url}${base}/customers?filter=(customerId='Nobody')`, { signal: leaving.signal })
  await fetch(`${url}${base}/lcCustomers/85844`)
  leaving.abort()
  await t.rejects(search)
  await setTimeout(20)
  const cost = await costOf(() => setTimeout(200))
  t.ok(cost < 170, `${cost} ms`)
})

t.test('a long list is sent while it is being made, and other requests get responses meanwhile', async t => {
  const { url } = await start(t, { customers: 4500 })
  const [list] = await once(get(`${url}${base}/lcCustomers?detail=1`), 'response')
  let received = ''
  list.setEncoding('utf8').on('data', (chunk: string) => { received += chunk })
  await once(list, 'data')
  let answered = 0
  for (; !list.complete; answered++) await (await fetch(`${url}${base}/lcCustomers/85844`)).text()
  if (!list.readableEnded) await once(list, 'end')
  t.ok(answered > 1, `${answered} answers`)
  t.equal(list.headers['content-length'], undefined)
  t.equal(JSON.parse(received).lcCustomers.length, 4508)
})

t.test('filtered lists that wait for their turn on a connection keep no ids in memory', async t => {
  const { app, url } = await start(t, { customers: 20_000, journalEntries: 0 })
  const list = `${base}/customers?filter=(status='OK')`
  const find = async () => (await (await fetch(url + list)).text()).length
  await app.inject({ method: 'PATCH', url: `/__admin/records/customers/${first}`, payload: { name: 'changed' } })
  // The server caches records that are requested twice.
  t.ok(Math.min(await find(), await find()) > 10_000)

  let taken = 0
  app.server.on('request', () => { taken++ })
  const before = heapUsed()
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  t.teardown(() => socket.destroy())
  const ask = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`
  socket.write(ask(`${base}/customers/${first}`, 'Prefer: wait=60\r\n') + ask(list).repeat(60))
  await becomes(() => taken === 61)
  // The waiting lists would have found their records by the end of this request.
  await find()
  const held = heapUsed() - before
  t.ok(held < 2_500_000, `${held} bytes`)
})

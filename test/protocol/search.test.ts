import { once } from 'node:events'
import { get } from 'node:http'
import { connect } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import type { Test } from 'tap'
import { buildApp } from '../../src/index.ts'
import { build, start } from '../harness.ts'
import type { Client } from '../harness.ts'

const base = '/ovoc/v1/topology'
const first = 2 ** 21

type Row = Record<string, unknown>

/** How often the event loop went round before something was done: a search gives way every fifty records. */
async function turnsOf (work: Promise<unknown>): Promise<number> {
  const done = work.then(() => true, () => true)
  let turns = 0
  while (!await Promise.race([done, setImmediate(false)])) turns++
  return turns
}

async function rowsOf (call: Client, path: string): Promise<Row[]> {
  const { status, body } = await call(path)
  return status === 204 ? [] : Object.values(body as Record<string, Row[]>)[0] as Row[]
}

t.test('the first filter by a field looks at every record, in turns, and later ones only at those that come into question', async t => {
  const call = await build(t, { customers: 3000 })
  const filter = `${base}/lcCustomers?filter=(name='Nobody')`
  t.ok(await turnsOf(call(filter)) > 50)
  t.ok(await turnsOf(call(filter)) < 20)
  const { name } = (await call(`${base}/lcCustomers/${first + 64}`)).body
  t.ok(await turnsOf(call(`${base}/lcCustomers?filter=(name='${name}')`)) < 20)
  t.ok(await turnsOf(call(`${base}/lcCustomers?filter=(fullName='Nobody')`)) > 50)
})

t.test('a filter by id goes straight to the record', async t => {
  const call = await build(t, { customers: 3000, unknownIds: 'generate' })
  for (const [id, ids] of [[first + 32, [first + 32]], [85844, [85844]], ['2097152.0', []], ['4e6', []], ['', []], ['x', []], [4711, []]] as const) {
    const path = `${base}/lcCustomers?filter=(id='${id}')`
    t.same((await rowsOf(call, path)).map(row => row.id), ids, String(id))
    t.ok(await turnsOf(call(path)) < 20, String(id))
  }
})

t.test('a filter by the source or id of a service goes by way of the services', async t => {
  const call = await build(t, { customers: 3000 })
  const { body: { services: [{ serviceId }] } } = await call(`${base}/services/${first + 32 * 4 + 1}`)
  for (const filter of ["(customerSource='NOPE')", "(customerId='NOPE')", `(customerId='${serviceId}')`]) {
    const path = `${base}/customers?fields=id,customerId&filter=${filter}`
    t.ok(await turnsOf(call(path)) < 150)
    t.ok(await turnsOf(call(path)) < 20, filter)
  }
  t.same(await rowsOf(call, `${base}/customers?fields=id,customerId&filter=(customerId='${serviceId}')`), [{ id: first + 32 * 4, customerId: serviceId }])
})

t.test('a customer is listed with the service that is asked for and as it is now, however it was listed before', async t => {
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

/** What every filter must find, by looking at whole records one by one. */
async function assertFound (t: Test, call: Client, list: string, fields: readonly string[]): Promise<void> {
  const rows = await rowsOf(call, `${list}?detail=1`)
  for (const field of fields) {
    const values = [...new Set(rows.map(row => row[field]))].filter(value => value !== null).slice(-40).map(String)
    for (const value of [...values, 'null', 'none such']) {
      const found = await rowsOf(call, `${list}?detail=1&filter=${encodeURIComponent(`(${field}='${value}')`)}`)
      const expected = rows.filter(row => row[field] !== null && String(row[field]) === value)
      if (JSON.stringify(found) !== JSON.stringify(expected)) t.fail(`${list} ${field} ${value}: ${found.length} instead of ${expected.length}`)
    }
  }
  t.ok(rows.length > 0, list)
}

t.test('a filter finds what a look at every record finds, in the same order, with and without room for indexes', async t => {
  for (const indexRecords of [0, 300, 8_000_000]) {
    const call = await build(t, { customers: 60, indexRecords, cacheRecords: 10 })
    await assertFound(t, call, `${base}/lcCustomers`, ['id', 'name', 'status', 'channelId', 'logoId', 'description'])
    await assertFound(t, call, `${base}/devices`, ['id', 'ipAddress', 'fqdn', 'region'])
    await assertFound(t, call, `${base}/services`, ['serviceSource', 'lcCustomerId', 'serviceId'])
    await assertFound(t, call, `${base}/channels`, ['name', 'servicesNumber'])
    await assertFound(t, call, '/ovoc/v1/callsMonitor/calls', ['reportingNodeId'])
    await assertFound(t, call, '/ovoc/v1/swManager/files', ['name'])
  }
})

t.test('a filter sees what was changed, made and deleted, and what another sandbox did it does not', async t => {
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
})

t.test('searches that leave no room for each other both find what there is', async t => {
  const call = await build(t, { customers: 1000, indexRecords: 1500 })
  const { name, msTenantId } = (await call(`${base}/lcCustomers/${first + 32 * 900}`)).body
  const filters = [`(name='${name}')`, `(msTenantId='${msTenantId}')`]
  for (const round of [1, 2]) {
    const found = await Promise.all(filters.map(filter => rowsOf(call, `${base}/lcCustomers?fields=name,msTenantId&filter=${filter}`)))
    t.ok(found[0]?.some(row => row.msTenantId === msTenantId), `round ${round}`)
    t.same(found[1], [{ name, msTenantId }])
  }
})

t.test('a search stops when its client has left, and the next one goes on from there', async t => {
  const { url } = await start(t, { customers: 20_000 })
  const path = `${base}/lcCustomers?filter=(name='Nobody')`
  const leave = async (bytes: string) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes))
    await fetch(`${url}${base}/lcCustomers/85844`)
    socket.destroy()
    for (let turns = 0; turns < 1000; turns++) await setImmediate()
  }
  await leave(`GET ${path} HTTP/1.1\r\nHost: ovoc\r\n\r\n`)
  await leave(`GET ${base}/lcCustomers HTTP/1.1\r\nHost: ovoc\r\n\r\nGET ${path} HTTP/1.1\r\nHost: ovoc\r\n\r\n`)
  t.ok(await turnsOf(fetch(`${url}${path}`)) > 100)
  t.ok(await turnsOf(fetch(`${url}${path}`)) < 50)
})

t.test('a search without a socket stops when it is given up', async t => {
  const app = await buildApp({ customers: 5000 })
  t.teardown(() => app.close())
  const path = `${base}/lcCustomers?filter=(name='Nobody')`
  const leaving = new AbortController()
  const given = app.inject({ path, signal: leaving.signal })
  for (let turns = 0; turns < 10; turns++) await setImmediate()
  leaving.abort()
  await t.rejects(given)
  for (let turns = 0; turns < 1000; turns++) await setImmediate()
  t.ok(await turnsOf(app.inject(path)) > 50)
})

t.test('a list of 100 000 customers is sent as it grows, and other requests are answered all the while', async t => {
  const { url } = await start(t, { customers: 100_000 })
  const [list] = await once(get(`${url}${base}/lcCustomers`), 'response')
  let received = ''
  list.setEncoding('utf8').on('data', (chunk: string) => { received += chunk })
  await once(list, 'data')
  let answered = 0
  for (; !list.complete; answered++) await (await fetch(`${url}${base}/lcCustomers/85844`)).text()
  if (!list.readableEnded) await once(list, 'end')
  t.ok(answered > 100, `${answered} answers`)
  t.equal(list.headers['content-length'], undefined)
  t.equal(JSON.parse(received).lcCustomers.length, 100_008)
})

t.test('a record that was asked for twice is kept as long as it is asked for, and of those that are not so many as cacheRecords says', async t => {
  const app = await buildApp({ customers: 100, cacheRecords: 10 })
  t.teardown(() => app.close())
  const customers = app.sandboxes.default.named('customers')
  const record = (index: number) => customers.get(first + 32 * index)
  const twice = (index: number) => record(index) && record(index)
  const [favourite, other] = [twice(0), twice(1)]
  t.equal(record(1), other)
  for (let index = 2; index < 100; index++) {
    twice(index)
    t.equal(record(0), favourite)
  }
  t.not(record(1), other)
  t.same(record(1), other)
})

t.test('a record that was asked for once is made anew, and is the same', async t => {
  const app = await buildApp({ customers: 100, cacheRecords: 10 })
  t.teardown(() => app.close())
  const customers = app.sandboxes.default.named('customers')
  const walk = () => Array.from({ length: 11 }, (_, index) => customers.get(first + 32 * index))
  const [once, again] = [walk(), walk()]
  t.same(again, once)
  for (let index = 0; index < 11; index++) t.not(again[index], once[index])
})

t.test('a record that was just asked for again is kept, however often the others were asked for', async t => {
  const app = await buildApp({ customers: 100, cacheRecords: 10 })
  t.teardown(() => app.close())
  const customers = app.sandboxes.default.named('customers')
  for (let index = 0; index < 100; index++) {
    const [, again, third] = Array.from({ length: 3 }, () => customers.get(first + 32 * index))
    t.equal(third, again)
  }
})

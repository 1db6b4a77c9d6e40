import t from 'tap'
import { build } from '../harness.ts'
import type { Client } from '../harness.ts'

const records = '/__admin/records'
const patch = (call: Client, path: string, body: object) => call(`${records}/${path}`, { method: 'PATCH', body })
const remove = (call: Client, path: string) => call(`${records}/${path}`, { method: 'DELETE' })
const revert = (call: Client, path: string) => call(`${records}/${path}/revert`, { method: 'POST' })
const relations = async (call: Client, path: string) => (await call(`${records}/${path}/relations`)).body
const ids = async (call: Client, query: string) => (await call(`${records}/${query}`)).body.records.map(({ id }: { id: number }) => id)
const changes = async (call: Client) => (await call('/__admin/sandboxes')).body.sandboxes[0].changes

t.test("a list of records accepts OVOC's filters, and returns each record with its id", async t => {
  const call = await build(t, { customers: 30 })
  t.same(await ids(call, "customers?filter=(name='Brad984')"), [85844])
  const [first] = (await call(`${records}/customers`)).body.records.slice(-1)
  t.same((await call(`${records}/customers?filter=(id='${first.id}')`)).body.records, [first])
  t.same(await ids(call, "customers?filter=(name='nobody')"), [])
  t.match((await call(`${records}/customers?filter=name`)).body, { status: 400, detail: /filter must have "\("/ })
})

t.test('changed records can be listed, and a revert brings them back or deletes a created one', async t => {
  const call = await build(t)
  const before = (await call(`${records}/customers/85844`)).body
  t.match(await relations(call, 'customers/85844'), { changed: false })
  t.equal((await revert(call, 'customers/85844')).status, 200)
  await patch(call, 'customers/85844', { status: 'WARNING' })
  await call(`${records}/files`, { method: 'POST', body: { id: 7 } })
  t.match(await relations(call, 'customers/85844'), { changed: true })
  t.same([await ids(call, 'customers?changed=true'), await ids(call, 'files?changed=true')], [[85844], [7]])
  t.same(await ids(call, "customers?changed=true&filter=(status='ERROR')"), [])
  t.same((await revert(call, 'customers/85844')).body, {})
  t.equal((await revert(call, 'files/7')).status, 200)
  t.same((await call(`${records}/customers/85844`)).body, before)
  t.equal((await revert(call, 'files/7')).status, 404)
  t.equal(await changes(call), 0)
})

t.test('a deleted record comes back to its place, if the records that it refers to exist', async t => {
  const call = await build(t)
  const before = await ids(call, 'calls')
  await remove(call, `calls/${before[0]}`)
  t.same(await ids(call, 'calls?changed=true'), [])
  t.equal((await revert(call, `calls/${before[0]}`)).status, 200)
  t.same(await ids(call, 'calls'), before)
  t.equal((await remove(call, 'services/42712?cascade=true')).status, 200)
  t.same((await revert(call, 'services/42712')).body.problems, ['/lcCustomerId must be the id of a record in customers that has 42712 in attachedServices, got 79192'])
})

t.test('the relations of a record show which records it refers to, and which refer to it', async t => {
  const call = await build(t)
  t.same(await relations(call, 'calls/98101'), { changed: false, refersTo: [{ pointer: '/reportingNodeId', resource: 'devices', id: 61204 }], referredBy: [] })
  const { referredBy } = await relations(call, 'devices/61204')
  t.ok(referredBy.some(({ resource, id }: { resource: string, id: number }) => resource === 'calls' && id === 98101))
  await remove(call, 'calls/98101')
  await patch(call, 'services/42712', { description: 'changed' })
  t.notOk((await relations(call, 'devices/61204')).referredBy.some(({ id }: { id: number }) => id === 98101))
  t.match(await relations(call, 'customers/79192'), { referredBy: [{ resource: 'services', id: 42712, pointer: '/lcCustomerId' }] })
  t.equal((await call(`${records}/devices/1/relations`)).status, 404)
  t.equal((await revert(call, 'services/42712')).status, 200)
})

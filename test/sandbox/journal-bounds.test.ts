import t from 'tap'
import { build } from '../harness.ts'
import type { Client } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'
const list = async (call: Client) => (await call('/__admin/requests')).body.requests
const large = (length: number, name = 'nam') => ({ method: 'PUT', body: { [name]: 'x'.repeat(length) } })

t.test('the journal keeps as many of the last requests as the option journal-entries says', async t => {
  const call = await build(t, { journalEntries: 7 })
  for (let count = 1; count <= 3000; count++) await call(`/${count}`)
  t.same((await list(call)).map(({ id, url }: { id: number, url: string }) => [id, url]), [2994, 2995, 2996, 2997, 2998, 2999, 3000].map(id => [id, `/${id}`]))
  await call('/__admin/requests', { method: 'DELETE' })
  for (const url of ['/a', '/b']) await call(url)
  t.match(await list(call), [{ id: 3001, url: '/a' }, { id: 3002, url: '/b' }])
})

t.test('the journal keeps fewer large requests, so its memory stays within the option storage-bytes', async t => {
  const call = await build(t, { storageBytes: 2_097_152 })
  for (let count = 1; count <= 20; count++) await call(path, large(100_000))
  const entries = await list(call)
  t.equal(entries.at(-1).id, 20)
  t.ok(entries.length >= 2 && entries.length * 200_000 <= 1_048_576, `${entries.length} entries`)
  for (let count = 1; count <= 1000; count++) await call(path)
  t.ok((await list(call)).length < 1000, 'answers count too')
})

t.test('long headers and queries count towards the size of the journal', async t => {
  const call = await build(t, { storageBytes: 2_097_152 })
  for (let count = 1; count <= 100; count++) await call('/x', { headers: { 'x-long': 'x'.repeat(10_000) } })
  t.ok((await list(call)).length <= 52)
  for (let count = 1; count <= 100; count++) await call(`/x?${'a&'.repeat(5000)}`)
  t.ok((await list(call)).length <= 10)
})

t.test('a request that alone is larger than the journal can be is kept without bodies', async t => {
  const call = await build(t, { storageBytes: 2_097_152 })
  await call(path)
  await call(path, large(900_000, 'x'.repeat(100_000)))
  const entries = await list(call)
  t.match(entries.at(-1), { id: 2, status: 400, body: null, response: { body: null, bytes: Number } })
  t.ok(entries.at(-1).response.bytes > 50)
})

t.test('a request that alone is larger than the journal can be is kept even if its response has no body', { skip: process.env.TEST_OVER_SOCKET !== undefined && 'no socket takes so long a path' }, async t => {
  const call = await build(t, { storageBytes: 2_097_152 })
  t.equal((await call(`/ovoc/v1/topology/devices?filter=(name='${'x'.repeat(300_000)}')`)).status, 204)
  t.match((await list(call)).at(-1), { id: 1, status: 204, body: null, response: { body: null, bytes: 0 } })
})

t.test('journal-entries 0 switches the journal off, and a failed verification says so', async t => {
  const call = await build(t, { journalEntries: 0 })
  await call(path)
  t.same(await list(call), [])
  const { status, body } = await call('/__admin/requests/verify', { method: 'POST', body: { match: {} } })
  t.same([status, body.detail], [409, 'expected at least 1 request, got 0; the option journal-entries is 0, so none is remembered'])
  await call('/__admin/sandboxes', { method: 'POST', body: { name: 'one' } })
  t.equal((await call('/__admin/sandboxes/one', { method: 'DELETE' })).status, 200)
  t.same(await list(call), [])
})

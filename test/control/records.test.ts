import t from 'tap'
import { build } from '../harness.ts'
import type { Client } from '../harness.ts'

const records = '/__admin/records'
const get = async (call: Client, path: string) => (await call(`${records}/${path}`)).body
const put = (call: Client, path: string, body: object) => call(`${records}/${path}`, { method: 'PUT', body })
const patch = (call: Client, path: string, body: object) => call(`${records}/${path}`, { method: 'PATCH', body })
const post = (call: Client, resource: string, body: object = {}) => call(`${records}/${resource}`, { method: 'POST', body })
const remove = (call: Client, path: string) => call(`${records}/${path}`, { method: 'DELETE' })
const ids = async (call: Client, resource: string) => (await get(call, resource)).records.map(({ id }: { id: number }) => id)

t.test('a test can set a field that is read-only in OVOC, and OVOC shows it', async t => {
  const call = await build(t)
  const customer = await get(call, 'customers/85844')
  const { status, body } = await put(call, 'customers/85844', { ...customer, status: 'WARNING' })
  t.same([status, body], [200, { ...customer, status: 'WARNING' }])
  t.equal((await call('/ovoc/v1/topology/customers/85844', { method: 'PUT' })).body.status, 'WARNING')
  t.match((await call("/ovoc/v1/topology/lcCustomers?fields=id&filter=(status='WARNING')")).text, '{"id":85844}')
})

t.test('PATCH changes some fields of a record, and merges objects by key', async t => {
  const call = await build(t)
  const before = await get(call, 'customers/85844')
  const { status, body } = await patch(call, 'customers/85844', { status: 'OK', contacts: { email: 'new@example.com' } })
  t.same([status, body], [200, { ...before, status: 'OK', contacts: { ...before.contacts, email: 'new@example.com' } }])
  t.same(await get(call, 'customers/85844'), body)
})

for (const resource of ['customers', 'channels', 'services', 'devices', 'calls', 'fwdRules', 'files']) {
  t.test(`an empty body creates a generated record of ${resource} under the next id, which can be deleted again`, async t => {
    const call = await build(t)
    const before = await ids(call, resource)
    const { status, headers, body } = await post(call, resource)
    t.match([status, headers.location, body.id], [201, `${resource}/2097152`, 2097152])
    t.same(await get(call, `${resource}/2097152`), body)
    t.same(await ids(call, resource), [...before, 2097152])
    t.same((await remove(call, `${resource}/2097152`)).body, {})
    t.equal((await call(`${records}/${resource}/2097152`)).status, 404)
    t.same(await ids(call, resource), before)
    t.equal((await call('/__admin/sandboxes')).body.sandboxes[0].changes, 0)
  })
}

t.test('given fields stay as they are, and only missing required fields are filled in', async t => {
  const call = await build(t)
  const { body } = await post(call, 'customers', { id: 7, name: 'Seven', services: {}, contacts: { email: null } })
  t.match(body, { id: 7, url: '/ovoc/v1/topology/lcCustomers/7', name: 'Seven', attachedServices: [], channelId: null })
  t.same([body.services, body.contacts.email, Object.keys(body.contacts).length], [{}, null, 5])
  const status = { voiceQuality: { voiceQualityStatus: 'CRITICAL' } }
  t.match((await post(call, 'customers', { applicationsStatus: status })).body.applicationsStatus, { ...status, management: {} })
})

t.test('a generated call refers to a device that exists, or to any device if the server has none', async t => {
  const call = await build(t)
  const { body } = await post(call, 'calls')
  t.equal((await call(`/ovoc/v1/topology/devices/${body.reportingNodeId}`)).status, 200)
  const bare = await build(t, { fixtures: t.testdir({ 'files.json': '[]' }) })
  t.equal((await post(bare, 'calls')).status, 201)
})

t.test('new ids are above an id that a test set', async t => {
  const call = await build(t)
  t.equal((await post(call, 'files', { id: 3_000_000 })).status, 201)
  t.equal((await post(call, 'files')).body.id, 3_000_001)
  t.equal((await put(call, 'files/4000000', { id: 4_000_000, name: 'a', description: null })).status, 201)
  t.equal((await call('/ovoc/v1/topology/channels', { method: 'POST', body: { name: 'C', tenantId: 1, msTenantId: 'f79a7f93-5ef7-47d2-92c8-e4570503cec3' } })).body.id, 4_000_001)
})

t.test('a test can set ids up to 2^52, so the sequence never ends', async t => {
  const call = await build(t)
  const problem = '/id must be a whole number from 1 to 4503599627370496, got 4503599627370499'
  const { status, body } = await post(call, 'files', { id: 2 ** 52 + 3 })
  t.same([status, body.problems], [400, [problem]])
  t.same((await put(call, `files/${2 ** 52 + 3}`, { id: 2 ** 52 + 3, name: 'a', description: null })).body.problems, [problem])
  t.equal((await post(call, 'files', { id: 2 ** 52 })).status, 201)
  t.equal((await post(call, 'files')).body.id, 2 ** 52 + 1)
  t.equal((await patch(call, `files/${2 ** 52 + 1}`, { name: 'b' })).status, 200)
})

t.test('an id that is in use gets a 409, and a deleted one can be used again in its old place', async t => {
  const call = await build(t)
  const before = await ids(call, 'files')
  const { status, body } = await post(call, 'files', { id: before[0] })
  t.same([status, body.detail], [409, `files/${before[0]} is there already; PUT replaces it, PATCH changes some of its fields`])
  await remove(call, `files/${before[0]}`)
  t.equal((await call(`/ovoc/v1/swManager/files/${before[0]}`, { method: 'DELETE' })).status, 404)
  t.equal((await post(call, 'files', { id: before[0], name: 'again' })).body.name, 'again')
  t.same(await ids(call, 'files'), before)
})

t.test('records without their own ids are kept under numbers', async t => {
  const call = await build(t)
  t.same(await ids(call, 'rejectedEndpoints'), [1, 2, 3])
  const { status, headers, body } = await post(call, 'rejectedEndpoints', { error: 'made by hand' })
  t.same([status, headers.location, Object.keys(body), body.error], [201, 'rejectedEndpoints/2097152', ['mac', 'error'], 'made by hand'])
  t.same((await put(call, 'rejectedEndpoints/2', { mac: '00908f000000', error: null })).status, 200)
  t.equal((await put(call, '', { rejectedEndpoints: [body, body] })).body.records, 2)
  t.same(await ids(call, 'rejectedEndpoints'), [1, 2, 3, 2097152, 2097153, 2097154])
  const { rejectedEndpoints } = (await call('/ovoc/v1/topology/rejectedEndpoints')).body
  t.same(rejectedEndpoints[1], { mac: '00908f000000', error: null })
  t.same((await post(call, 'rejectedEndpoints', { id: 5 })).body.problems, ['/id is not a known field; known are mac, error (the option unknown-fields keeps such fields)'])
})

t.test('an error lists every problem of a record, in its fields and in its relations', async t => {
  const call = await build(t)
  const customer = await get(call, 'customers/85844')
  t.same((await put(call, 'customers/85844', { ...customer, status: 'FINE', extra: 1, name: undefined })).body.problems, [
    '/name is missing', '/extra is not a known field; known are ' + Object.keys(customer).join(', ') + ' (the option unknown-fields keeps such fields)', '/status must be one of "ERROR", "WARNING", "OK", "UNMONITORED", got "FINE"'
  ])
  const { status, body } = await put(call, 'customers/85844', { ...customer, url: '/x', channelId: 5 })
  t.same([status, body.problems], [400, ['/url must be "/ovoc/v1/topology/lcCustomers/85844", got "/x"', '/channelId must be the id of a record in channels, got 5']])
  t.same((await put(call, 'customers/79192', customer)).body.problems, ['/id must be 79192, got 85844'])
  t.same((await patch(call, 'customers/85844', { id: 9 })).body.problems, ['/id must be 85844, got 9'])
  t.match((await call(`${records}/customers/85844`, { method: 'PATCH', text: '{"__proto__":{"status":"OK"}}', headers: { 'content-type': 'application/json' } })).body.problems, [/^\/__proto__ is not a known field/])
  t.same((await post(call, 'files', { id: '7' })).body.problems, ['/id must be a whole number from 1 to 9007199254740991, got "7"'])
  t.same(await get(call, 'customers/85844'), customer)
})

t.test('an unknown resource or record gets a 404, a resource with the closest name', async t => {
  const call = await build(t)
  const { status, body } = await call(`${records}/customer`)
  t.same([status, body.detail], [404, 'there is no resource "customer"; did you mean "customers"?'])
  t.match((await post(call, 'sites')).body.detail, /^there is no resource "sites"; (did you mean|known are)/)
  t.same((await patch(call, 'customers/5', {})).body.detail, 'there is no record 5 in customers')
  t.equal((await remove(call, 'customers/5')).status, 404)
  t.equal((await put(call, 'constructor/5', {})).status, 404)
  t.same((await put(call, '', { customer: [] })).body.problems, ['/customer is not a known field; did you mean "customers"?'])
})

t.test('the header Location of a new record leads back into the sandbox of the path', async t => {
  const call = await build(t)
  const { headers } = await call(`/__sandbox/one${records}/files`, { method: 'POST', body: {} })
  const { pathname } = new URL(headers.location as string, `http://localhost/__sandbox/one${records}/files`)
  t.equal(pathname, `/__sandbox/one${records}/files/2097152`)
  t.equal((await call(pathname)).status, 200)
  t.equal((await call(`${records}/files/2097152`)).status, 404)
})

t.test('with unknown-ids generate, a changed record is listed, and new ids skip those of generated customers', async t => {
  const call = await build(t, { unknownIds: 'generate' })
  const before = await ids(call, 'customers')
  await call('/ovoc/v1/topology/customers/4711', { method: 'PUT', body: { description: 'changed' } })
  t.equal((await post(call, 'customers', { attachedServices: [] })).body.id, 2097153)
  t.equal((await patch(call, 'customers/2097152', { status: 'ERROR' })).status, 200)
  t.equal((await post(call, 'customers', { id: 4712 })).status, 201)
  t.equal((await post(call, 'files')).body.id, 2097154)
  t.same(await ids(call, 'customers'), [...before, 4711, 2097153, 2097152, 4712])
  t.equal((await call('/__admin/health')).body.counts.customers, before.length + 4)
  t.equal((await remove(call, 'customers/4711')).status, 200)
  t.equal((await call('/ovoc/v1/topology/customers/4711')).status, 404)
  t.same(await ids(call, 'customers'), [...before, 2097153, 2097152, 4712])
})

t.test('the count of a resource follows creations, deletions, restores and resets', async t => {
  const call = await build(t, { customers: 20, unknownIds: 'generate' })
  const count = async () => (await call('/__admin/health')).body.counts.rejectedEndpoints
  const send = (path: string, body?: object) => call(`/__admin/${path}`, { method: 'POST', body })
  const before = await count()
  const [first] = (await call('/__admin/records/rejectedEndpoints')).body.records
  const path = `/__admin/records/rejectedEndpoints/${first.id}`

  await call(path, { method: 'DELETE' })
  t.equal(await count(), before - 1)
  await send('snapshots/one')
  await call(path, { method: 'PUT', body: first.record })
  t.equal(await count(), before)
  const created = await send('records/rejectedEndpoints', {})
  t.equal(created.status, 201)
  t.equal(await count(), before + 1)
  await call(`/__admin/records/${created.headers.location}`.replace('records/./', 'records/'), { method: 'DELETE' })
  t.equal(await count(), before)
  await send('snapshots/one/restore')
  t.equal(await count(), before - 1)
  t.equal((await call('/__admin/records/files/77777', { method: 'DELETE' })).status, 200, 'an unlisted id')
  t.equal((await send('records/files/77777/revert')).status, 200)
  await send('reset')
  t.equal(await count(), before)
})

t.test('a record that comes back after its deletion is the last in its list, and is counted once', async t => {
  for (const unknownIds of ['generate', 'not-found'] as const) {
    const call = await build(t, { unknownIds })
    const put = (id: number) => call('/__admin/records', { method: 'PUT', body: { files: [{ id, name: 'f', description: null }] } })
    const { files } = (await call('/__admin/health')).body.counts
    for (const id of [7_000_001, 7_000_002]) t.equal((await put(id)).status, 200)
    t.equal((await call('/__admin/records/files/7000001', { method: 'DELETE' })).status, 200)
    t.equal((await put(7_000_001)).status, 200)
    const { body } = await call('/ovoc/v1/swManager/files?fields=id')
    t.same(body.files.slice(-2), [{ id: 7_000_002 }, { id: 7_000_001 }], unknownIds)
    t.equal((await call('/__admin/health')).body.counts.files, files + 2)
  }
})

import { readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { buildApp } from '../../src/index.ts'
import { build } from '../harness.ts'
import type { Client } from '../harness.ts'

const records = '/__admin/records'
const get = async (call: Client, path: string) => (await call(`${records}/${path}`)).body
const put = (call: Client, path: string, body: object) => call(`${records}/${path}`, { method: 'PUT', body })
const patch = (call: Client, path: string, body: object) => call(`${records}/${path}`, { method: 'PATCH', body })
const post = (call: Client, resource: string, body: object = {}) => call(`${records}/${resource}`, { method: 'POST', body })
const remove = (call: Client, path: string) => call(`${records}/${path}`, { method: 'DELETE' })

/** Returns the problems of a call that is rejected because of relations; undefined otherwise. */
async function conflict (answer: Promise<{ status: number, body: any }>): Promise<string[] | undefined> {
  const { status, body } = await answer
  return status === 409 ? body.problems : undefined
}

t.test('a service that a customer lists can\'t be deleted, and the error names the customer', async t => {
  const call = await build(t)
  const { status, body } = await remove(call, 'services/42712')
  const problem = 'customers/79192 /attachedServices/0 must be the id of a record in services, got 42712'
  t.same([status, body.detail, body.problems], [409, `relations would not hold after this: ${problem}; the query cascade=true changes what refers to it`, [problem]])
  t.equal((await call('/ovoc/v1/topology/services/42712')).status, 200)
  t.same(await conflict(remove(call, 'customers/79192')), ['services/42712 /lcCustomerId must be the id of a record in customers, got 79192'])
})

t.test('a batch can separate and join a customer and its service, which two single changes can\'t do', async t => {
  const call = await build(t)
  const [customer, service] = [await get(call, 'customers/79192'), await get(call, 'services/42712')]
  const [alone, free] = [{ ...customer, attachedServices: [] }, { ...service, lcCustomerId: null }]
  t.same(await conflict(put(call, 'customers/79192', alone)), ['services/42712 /lcCustomerId must be the id of a record in customers that has 42712 in attachedServices, got 79192'])
  t.same(await conflict(put(call, 'services/42712', free)), ['customers/79192 /attachedServices/0 must be the id of a record in services that has lcCustomerId 79192, got 42712'])
  t.same((await put(call, '', { customers: [alone], services: [free] })).body, { records: 2 })
  t.same(await conflict(put(call, 'customers/79192', customer)), ['/attachedServices/0 must be the id of a record in services that has lcCustomerId 79192, got 42712'])
  t.equal((await put(call, '', { customers: [customer], services: [service] })).status, 200)
  t.same((await call('/ovoc/v1/topology/services/42712')).body.services, [service])
})

t.test('a batch makes all changes or none, and each problem names its place in the batch', async t => {
  const call = await build(t)
  const file = { id: 5, name: 'a', description: null }
  const customer = { ...await get(call, 'customers/85844'), id: 8, url: '/ovoc/v1/topology/lcCustomers/8' }
  const { status, body } = await put(call, '', {
    files: [file, { ...file, id: 6, name: 5 }, file],
    customers: [{ ...customer, url: '/x', attachedServices: [77] }]
  })
  t.same([status, body.problems], [400, ['/files/1/name must be a string, got 5', '/files/2/id must be unique, got 5 again', '/customers/0/url must be "/ovoc/v1/topology/lcCustomers/8", got "/x"']])
  t.same((await put(call, '', { files: [file], customers: [{ ...customer, attachedServices: [77] }] })).body.problems, ['/customers/0/attachedServices/0 must be the id of a record in services, got 77'])
  t.equal((await call(`${records}/files/5`)).status, 404)
  t.equal((await put(call, '', { files: [5] })).body.detail, 'the body is not valid: /files/0 must be an object, got 5')
})

t.test('an error lists only the first of very many problems', async t => {
  const call = await build(t)
  const { body: { problems } } = await put(call, '', { files: Array.from({ length: 200 }, () => ({})) })
  t.equal(problems.length, 101)
  t.match(problems, { 99: '/files/33/id is missing', 100: 'and more; 166 records were not looked at' })
  const file = { id: 5, name: 'a', description: null, ...Object.fromEntries(Array.from({ length: 105 }, (_, index) => [`x${index}`, 1])) }
  t.equal((await put(call, 'files/5', file)).body.problems[100], 'and 5 more')
  t.equal((await put(call, '', { files: [file] })).body.problems[100], '/files/0 and 5 more')
})

t.test('a device can be deleted only if no call, rule or service refers to it', async t => {
  const call = await build(t)
  const { body: device } = await post(call, 'devices', { id: 5 })
  t.equal(device.url, '/ovoc/v1/topology/devices/5')
  const service = await get(call, 'services/42712')
  await post(call, 'calls', { id: 6, reportingNodeId: 5 })
  await post(call, 'fwdRules', { id: 7, alarmDevicesFilter: [61204, 5] })
  t.equal((await patch(call, 'services/42712', { attachedDevices: [5], elementsCount: { total: 2, devices: 1 } })).status, 200)
  t.same(await conflict(remove(call, 'devices/5')), [
    'services/42712 /attachedDevices/0 must be the id of a record in devices, got 5',
    'calls/6 /reportingNodeId must be the id of a record in devices, got 5',
    'fwdRules/7 /alarmDevicesFilter/1 must be the id of a record in devices, got 5'
  ])
  await remove(call, 'calls/6')
  await call('/ovoc/v1/alarms/fwdRules/7', { method: 'PUT', body: { alarmDevicesFilter: null } })
  await put(call, 'services/42712', service)
  t.equal((await remove(call, 'devices/5')).status, 200)
})

t.test('a changed fixture holds its present references, not those in its file', async t => {
  const call = await build(t)
  const [rule] = (await call('/ovoc/v1/alarms/fwdRules?detail=1&fields=id,alarmDevicesFilter')).body.fwdRules
  const [device] = rule.alarmDevicesFilter
  const problems = await conflict(remove(call, `devices/${device}`)) as string[]
  const others = problems.filter(problem => !problem.startsWith(`fwdRules/${rule.id} `))
  t.equal(others.length, problems.length - 1)
  t.equal((await remove(call, `fwdRules/${rule.id}`)).status, 200)
  t.same(await conflict(remove(call, `devices/${device}`)) ?? [], others)
})

t.test('a generated channel can\'t be deleted while any customer of its group refers to it', async t => {
  const call = await build(t, { customers: 20 })
  const customers = (await get(call, 'customers')).records.map(({ record }: { record: any }) => record).slice(8)
  const { channelId } = customers[15]
  t.same(await conflict(remove(call, `channels/${channelId}`)), customers.slice(0, 16).map(({ id }: { id: number }) => `customers/${id} /channelId must be the id of a record in channels, got ${channelId}`))
  t.equal((await conflict(remove(call, `channels/${customers[16].channelId}`)))?.length, 4)
  for (const { id } of customers.slice(0, 15)) t.equal((await patch(call, `customers/${id}`, { channelId: null })).status, 200)
  t.same(await conflict(remove(call, `channels/${channelId}`)), [`customers/${customers[15].id} /channelId must be the id of a record in channels, got ${channelId}`])
  await patch(call, `customers/${customers[15].id}`, { channelId: null })
  t.equal((await remove(call, `channels/${channelId}`)).status, 200)
})

const named: Array<[resource: string, field: string, target: string]> = [
  ['customers', 'attachedServices', 'services'], ['customers', 'channelId', 'channels'], ['services', 'lcCustomerId', 'customers'],
  ['services', 'attachedDevices', 'devices'], ['calls', 'reportingNodeId', 'devices'], ['fwdRules', 'alarmDevicesFilter', 'devices']
]

t.test('no record of a generated world can be deleted while another refers to it', async t => {
  const call = await build(t, { customers: 40, seed: 3 })
  const referred = new Set<string>()
  for (const [resource, field, target] of named) {
    const ids = (await get(call, resource)).records.flatMap(({ record }: { record: any }) => record[field] ?? [])
    t.not(ids.length, 0, field)
    for (const id of ids) referred.add(`${target}/${id}`)
  }
  t.ok(referred.size > 200)
  for (const path of referred) if (await conflict(remove(call, path)) === undefined) t.fail(path)
})

t.test('every relation names an existing resource, and fields that the schemas have', async t => {
  const app = await buildApp()
  t.teardown(() => app.close())
  const { resources } = app.sandboxes.default.dataset
  const relations = [...resources.values()].flatMap(({ name, schema, relations = [] }) => relations.map(relation => ({ name, schema, ...relation })))
  t.same(relations.map(({ name, field, to }) => [name, field, to]), named)
  const has = (schema: object | undefined, field: string) => Object.hasOwn((schema as { properties: object }).properties, field)
  for (const { field, to, back, schema } of relations) t.ok(has(schema, field) && (back === undefined || has(resources.get(to)?.schema, back)), field)
})

t.test('a relation to a resource without fixtures is not checked, even after a test created and deleted its records', async t => {
  const text = readFileSync('fixtures/customers.json', 'utf8')
  const call = await build(t, { fixtures: t.testdir({ 'customers.json': text }), customers: 1 })
  t.equal((await patch(call, 'customers/85844', { status: 'OK', attachedServices: [4], channelId: 5 })).status, 200)
  t.equal((await post(call, 'channels', { id: 5 })).status, 201)
  t.equal((await remove(call, 'channels/5')).status, 200)
  t.equal((await conflict(remove(call, 'channels/2097183')))?.length, 1, 'a generated channel is checked')
  for (const { id } of JSON.parse(text)) t.equal((await remove(call, `customers/${id}`)).status, 200)
  t.match(await conflict(post(call, 'services', { lcCustomerId: 85844 })), ['/lcCustomerId must be the id of a record in customers, got 85844'], 'a resource with fixtures is checked even if all its records were deleted')
})

t.test('with unknown-ids generate, the relations of unlisted customers are checked too', async t => {
  const call = await build(t, { unknownIds: 'generate' })
  const { attachedServices, channelId } = await get(call, 'customers/2097184')
  t.match(await conflict(remove(call, `channels/${channelId}`)), [/^customers\/2097152 \/channelId/, /^customers\/2097184 \/channelId/])
  for (const id of attachedServices) t.equal((await conflict(remove(call, `services/${id}`)))?.length, 1)
  t.equal((await remove(call, 'channels/4711')).status, 200)
  t.equal((await call('/ovoc/v1/topology/channels/4711')).status, 404)
})

t.test('one call may add at most 2000 references', async t => {
  const call = await build(t)
  const { status, body } = await patch(call, 'fwdRules/90311', { alarmDevicesFilter: Array(2001).fill(5) })
  t.same([status, body.problems], [409, ['must refer to at most 2000 records more than before, got 2001']])
})

t.test('one call may put and delete at most 2000 records together', async t => {
  const call = await build(t)
  const body = { files: Array(1000).fill({}), delete: { files: Array(1001).fill(1) } }
  const { status, body: { problems } } = await call(records, { method: 'PUT', body })
  t.same([status, problems], [400, ['the body must have at most 2000 records and ids to delete, got 2001']])
})

t.test('a sandbox whose records are refused is not opened, and pushes none out', async t => {
  const call = await build(t, { maxSandboxes: 1 })
  const open = (body: object) => call('/__admin/sandboxes', { method: 'POST', body })
  t.equal((await open({ name: 'first' })).status, 201)
  const file = { id: 5, name: 'n', description: null }
  t.equal((await open({ name: 'second', fixtures: { files: [file, file] } })).status, 400)
  const names = async () => (await call('/__admin/sandboxes')).body.sandboxes.map(({ name }: { name: string }) => name)
  t.same(await names(), ['default', 'first'])
  t.equal((await open({ name: 'first', fixtures: { files: [file] } })).status, 200)
  t.equal((await open({ name: 'second', fixtures: { files: [file] } })).status, 201)
  t.same(await names(), ['default', 'second'])
  t.equal((await call('/__admin/records/files', { headers: { 'x-ovoc-mock-sandbox': 'second' } })).body.records.length, 1)
})

t.test('a sandbox that would begin with more than 2000 records is not opened', async t => {
  const call = await build(t)
  const fixtures = (count: number) => ({ files: Array.from({ length: count }, (_, index) => ({ id: index + 1, name: 'n', description: null })) })
  const open = (count: number) => call('/__admin/sandboxes', { method: 'POST', body: { name: 'large', fixtures: fixtures(count) } })
  const { status, body: { problems } } = await open(2001)
  t.same([status, problems], [400, ['/fixtures must have at most 2000 records, got 2001']])
  t.notOk((await call('/__admin/sandboxes')).body.sandboxes.some(({ name }: { name: string }) => name === 'large'))
  t.equal((await open(2000)).status, 201)
})

t.test('of the relations that would not hold, the first 100 are named', async t => {
  const call = await build(t, { customers: 60 })
  const { body: { records: devices } } = await call('/__admin/records/devices')
  const ids = devices.slice(-150).map(({ id }: { id: number }) => id)
  const { body: { records: [{ id }] } } = await call('/__admin/records/fwdRules')
  t.equal((await call(`/__admin/records/fwdRules/${id}`, { method: 'PATCH', body: { alarmDevicesFilter: ids } })).status, 200)
  const { status, body } = await call('/__admin/records', { method: 'PUT', body: { delete: { devices: ids } } })
  t.same([status, body.problems.length, body.problems.at(-1)], [409, 101, 'and more'])
})

const callsOf = (device: number, count: number, from = 5_000_000) => Array.from({ length: count }, (_, index) => {
  return { id: from + index, url: `/ovoc/v1/callsMonitor/calls/${from + index}`, reportingNodeId: device }
})

t.test('a cascading deletion changes at most 2000 records, or nothing', async t => {
  const call = await build(t)
  await post(call, 'devices', { id: 5 })
  t.equal((await put(call, '', { calls: callsOf(5, 2000) })).status, 200)
  const counts = async () => (await call('/__admin/health')).body.counts
  const before = await counts()
  const { status, body: { detail } } = await remove(call, 'devices/5?cascade=true')
  t.same([status, detail], [409, 'with cascade=true, at most 2000 records can be deleted or changed, got more; first delete some that refer to others, with PUT /__admin/records'])
  t.same(await counts(), before)
  t.match(await conflict(remove(call, 'devices/5')), { 0: /^calls\//, 100: 'and more' })

  t.equal((await put(call, '', { delete: { calls: [5_000_000] } })).status, 200)
  t.equal((await remove(call, 'devices/5?cascade=true')).status, 200)
  t.same(await counts(), { ...before, devices: before.devices - 1, calls: before.calls - 2000 })
})

t.test('a record to which very many refer can be changed, and its relations name all of them', async t => {
  const call = await build(t)
  await put(call, '', { calls: callsOf(61204, 2000) })
  const { changed, refersTo, referredBy } = await get(call, 'devices/61204/relations')
  t.same([changed, refersTo, referredBy.filter(({ resource, id }: any) => resource === 'calls' && id >= 5_000_000).length], [false, [], 2000])
  t.equal((await patch(call, 'devices/61204', { description: 'x' })).status, 200)
  t.match(await get(call, 'devices/61204/relations'), { changed: true, referredBy: { length: referredBy.length } })
})

t.test('others see all changes of a batch or none, and it holds after what they changed meanwhile', async t => {
  const app = await buildApp()
  t.teardown(() => app.close())
  const send = async (method: 'GET' | 'PUT' | 'PATCH' | 'DELETE', path: string, payload?: object) => {
    const { statusCode, body } = await app.inject({ method, url: path, ...payload && { payload } })
    return { status: statusCode, body: JSON.parse(body) }
  }
  await send('PUT', `${records}/devices/5`, { ...(await send('GET', `${records}/devices/61204`)).body, id: 5, url: '/ovoc/v1/topology/devices/5' })

  // The device is deleted while the batch is checked.
  let batch = send('PUT', records, { calls: callsOf(5, 2000) })
  await setImmediate()
  await setImmediate()
  await setImmediate()
  const deletion = send('DELETE', `${records}/devices/5`)
  const statuses = [(await batch).status, (await deletion).status]
  t.ok([[409, 200], [200, 409]].some(([one, other]) => one === statuses[0] && other === statuses[1]), statuses.join())

  // Others change something all the time.
  const customers = app.sandboxes.default.named('customers')
  const { changed } = app.sandboxes.default.named('calls')
  const present = changed.size
  const over = new AbortController()
  const seen = new Set<number>()
  batch = send('PUT', records, { calls: callsOf(61204, 2000, 6_000_000) }).finally(() => over.abort())
  while (!over.signal.aborted) {
    customers.set(85844, { ...customers.get(85844) })
    seen.add(changed.size)
    await setImmediate()
  }
  t.equal((await batch).status, 200)
  t.same([changed.size, [...seen].filter(count => count !== present && count !== present + 2000)], [present + 2000, []])
})

t.test('a cascading deletion during other deletions is carried out', async t => {
  const app = await buildApp()
  t.teardown(() => app.close())
  let now = performance.now()
  t.intercept(performance, 'now', { value: () => (now += 10) })
  const ids = (await app.inject('/ovoc/v1/topology/services')).json().services.map(({ id }: { id: number }) => id)
  const clearing = app.inject({ method: 'DELETE', url: `${records}/customers?cascade=true` })
  const deletions = ids.map(async (id: number) => {
    await setImmediate()
    return (await app.inject({ method: 'DELETE', url: `${records}/services/${id}?cascade=true` })).statusCode
  })
  t.equal((await clearing).statusCode, 200)
  for (const status of await Promise.all(deletions)) t.ok([200, 404].includes(status), status)
})

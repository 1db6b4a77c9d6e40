import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import type { Test } from 'tap'
import { connectOvocMock } from '../../src/index.ts'
import type { Call, Customer, FixtureSet, MockOptions, Service } from '../../src/index.ts'
import { start } from '../harness.ts'

const bundled = (name: string) => JSON.parse(readFileSync(`fixtures/${name}.json`, 'utf8'))
const customers: Customer[] = bundled('customers')
const services: Service[] = bundled('services')
const [device, other] = bundled('devices')
/** The customer Brad984 and its only service. */
const customer = customers.find(({ id }) => id === 85844) as Customer
const service = services.find(({ id }) => id === 97674) as Service

interface State { readAt: string, problems: string[], lost: string[] }
const stateOf = async (url: string) => await (await fetch(`${url}/__admin/fixtures`)).json() as State

/** Starts a server with a file of fixtures. `serve` writes the file, reads it again and returns the lost changes. */
async function served (t: Test, fixtures: FixtureSet, options: MockOptions = {}) {
  const file = join(t.testdir(), 'all.json')
  writeFileSync(file, JSON.stringify(fixtures))
  const ovoc = await start(t, { ...options, fixtures: file })
  const serve = async (fixtures: FixtureSet) => {
    writeFileSync(file, JSON.stringify(fixtures))
    await ovoc.reloadFixtures()
    return (await stateOf(ovoc.url)).lost
  }
  return { ovoc, serve }
}

t.test('a reload serves all new fixtures, or none if one is wrong', async t => {
  const folder = t.testdir({ 'files.json': '[{"id":5,"name":"a.cmp","description":null}]' })
  const write = (text: string) => writeFileSync(join(folder, 'files.json'), text)
  const ovoc = await start(t, { fixtures: folder })
  const ids = async () => (await ovoc.files.list()).map(({ id }) => id)
  const state = () => stateOf(ovoc.url)
  const first = await state()
  t.match(first, { watch: false, readAt: /^\d{4}-\d\d-\d\dT.*Z$/, problems: [], lost: [] })

  const [file] = await ovoc.files.list()
  write(JSON.stringify([file, { ...file, id: 7 }]))
  await connectOvocMock(ovoc.url).reloadFixtures()
  await ovoc.reloadFixtures()
  t.same(await ids(), [5, 7])
  t.ok((await state()).readAt >= first.readAt)

  write('[{"id":8,"description":null}]')
  await t.rejects(connectOvocMock(ovoc.url).reloadFixtures(), { name: 'OvocMockError', message: "the fixtures can't be served: files.json: record 8: /name is missing" })
  t.same(await ids(), [5, 7])
  t.match(await state(), { problems: ['files.json: record 8: /name is missing'] })
})

t.test('changes in a sandbox survive a reload, and unchanged fields of a changed record get their new values', async t => {
  const { ovoc, serve } = await served(t, { customers: [{ ...customer, attachedServices: [] }], files: [5, 6, 7].map(id => ({ id, name: 'a.cmp', description: null })), devices: [] })
  const sandbox = await ovoc.sandbox('one')
  await sandbox.customers.patch(85844, { status: 'OK', description: 'changed' })
  await sandbox.files.delete(5)
  await sandbox.files.patch(6, { name: 'changed.cmp' })
  await sandbox.files.delete(7)
  const created = await sandbox.devices.create({ name: 'created' })
  await ovoc.rules.add({ status: 503, times: 1 })
  await sandbox.rules.add({ status: 503, times: 1 })

  const lost = await serve({
    customers: [{ ...customer, attachedServices: [], description: 'new', name: 'New' }],
    files: [5, 8].map(id => ({ id, name: 'new.cmp', description: null })),
    devices: [device]
  })
  t.same(lost, ['files/6 in the sandbox one'])
  t.match(await sandbox.customers.get(85844), { status: 'OK', description: 'changed', name: 'New' })
  t.match(await ovoc.customers.get(85844), { status: customer.status, description: 'new', name: 'New' })
  t.same((await sandbox.files.list()).map(({ id, name }) => [id, name]), [[8, 'new.cmp']])
  t.same((await sandbox.devices.list()).map(({ id }) => id), [device.id, created.id])
  t.equal((await sandbox.rules.list()).length, 1)

  await sandbox.reset()
  t.same((await sandbox.files.list()).map(({ id }) => id), [5, 8])
})

t.test('a reload drops a change that would break a relation', async t => {
  const { ovoc, serve } = await served(t, { customers: [customer], services: [service], devices: [device] })
  await ovoc.records.put({ services: [{ ...service, attachedDevices: [device.id], elementsCount: { ...service.elementsCount, devices: 1, total: service.elementsCount.links + service.elementsCount.sites + 1 } }] })
  const call = await ovoc.calls.create({ reportingNodeId: device.id } as Partial<Call>)
  await ovoc.files.create({})

  // The device is gone, and with it the change that attached it and the call that it reported.
  t.same(await serve({ customers: [customer], services: [service], devices: [other] }), ['services/97674 in the sandbox default', `calls/${call.id} in the sandbox default`])
  t.same(await ovoc.services.get(97674), service)
  t.same([await ovoc.calls.list(), (await ovoc.files.list()).length], [[], 1])

  // A deleted record that fixtures still need comes back.
  await ovoc.customers.delete(85844, { cascade: true })
  const second = { ...service, id: 97675 }
  const lost = await serve({ customers: [{ ...customer, attachedServices: [97674, 97675] }], services: [service, second], devices: [other] })
  t.same(lost, ['customers/85844 in the sandbox default', 'services/97674 in the sandbox default'])
  t.same((await ovoc.services.list()).map(({ lcCustomerId }) => lcCustomerId), [85844, 85844])
})

t.test('a reload leaves a changed record as it is if its fields do not fit the new ones', async t => {
  const [channel] = bundled('channels')
  const { ovoc, serve } = await served(t, { channels: [channel] })
  const { ZOOM, STNG } = channel.services
  await ovoc.channels.patch(channel.id, { services: { ZOOM: { ...ZOOM, enabled: false }, STNG: { ...STNG, enabled: true } } })
  const [changed] = await ovoc.channels.list()

  // The services of the change with the number in the fixtures would be a wrong sum.
  const services = { ...channel.services, ZOOM: { ...ZOOM, enabled: false } }
  t.same(await serve({ channels: [{ ...channel, services, servicesNumber: channel.servicesNumber - 1 }] }), [])
  t.same(await ovoc.channels.list(), [changed])
})

t.test('a reload keeps a field removed, and keeps a created record whose id the fixtures now have too', async t => {
  const file = { id: 5, name: 'a.cmp', description: null, note: 'x' } as const
  const { ovoc, serve } = await served(t, { files: [file] }, { unknownFields: 'keep' })
  const { note, ...without } = file
  await ovoc.files.put(without)
  await ovoc.files.put({ id: 6, name: 'created.cmp', description: null })
  t.same(await serve({ files: [file, { ...file, id: 6 }].map(file => ({ ...file, name: 'new.cmp' })) }), [])
  t.same(await ovoc.files.list(), [{ ...without, name: 'new.cmp' }, { id: 6, name: 'created.cmp', description: null }])
})

t.test('a reload does not change snapshots and sandboxes with their own records', async t => {
  const files = (...ids: number[]) => ids.map(id => ({ id, name: 'a.cmp', description: null }))
  const { ovoc, serve } = await served(t, { files: files(5, 6) })
  const [own, empty] = [await ovoc.sandbox('own', { from: { files: files(9) } }), await ovoc.sandbox('empty')]
  await empty.records.clear()
  await ovoc.files.delete(6)
  await ovoc.snapshots.take('before')
  const ids = async (sandbox: Pick<typeof ovoc, 'files'> = ovoc) => (await sandbox.files.list()).map(({ id }) => id)

  await serve({ files: files(6, 7) })
  t.same([await ids(), await ids(own), await ids(empty)], [[7], [9], []])
  await ovoc.snapshots.restore('before')
  t.same(await ids(), [5])
  t.same((await ovoc.snapshots.fixtures('before')).files, files(5))

  // A restored snapshot follows the fixtures again from the next reload on.
  await serve({ files: files(6, 8) })
  t.same(await ids(), [8])
})

t.test('a changed generated record stays changed after a reload', async t => {
  const { ovoc, serve } = await served(t, { files: [] }, { customers: 1 })
  const [generated] = await ovoc.customers.list()
  await ovoc.customers.patch(generated?.id as number, { description: 'changed' })
  await serve({ files: [{ id: 5, name: 'a.cmp', description: null }] })
  t.same(await ovoc.customers.list(), [{ ...generated, description: 'changed' }])
})

t.test('a reload rejects fixtures that leave no ids for generated records', async t => {
  const folder = t.testdir({ 'files.json': '[]' })
  const ovoc = await start(t, { fixtures: folder, customers: 1 })
  writeFileSync(join(folder, 'files.json'), `[{"id":${Number.MAX_SAFE_INTEGER},"name":"a.cmp","description":null}]`)
  await t.rejects(ovoc.reloadFixtures(), { name: 'OvocMockError', message: /the fixtures can't be served: option customers must leave ids up to 9007199254740991/ })
})

const many = (description: string, status: Customer['status'] = 'OK') => Array.from({ length: 800 }, (_, index) => {
  return { ...customer, id: index + 5, url: `/ovoc/v1/topology/lcCustomers/${index + 5}`, attachedServices: [], description, status }
})

/** Starts a server whose default sandbox has so many changes that it does not move to new fixtures in one turn. */
async function changed (t: Test) {
  const { ovoc, serve } = await served(t, { customers: many('old') })
  await ovoc.records.put({ customers: many('old', 'ERROR') })
  const { sandboxes } = ovoc.app
  const { dataset } = sandboxes
  const serveNew = async () => {
    const serving = serve({ customers: many('new') })
    while (sandboxes.dataset === dataset) await setImmediate()
    // A failure is looked at later.
    serving.catch(() => {})
    return { serving }
  }
  return { ovoc, serveNew }
}

t.test('a change during a reload stays too, and requests see a sandbox before or after it', async t => {
  const { ovoc, serveNew } = await changed(t)
  const other = await ovoc.sandbox('other')
  const { serving } = await serveNew()
  await ovoc.customers.patch(5, { status: 'WARNING' })
  const seen = await ovoc.customers.list()
  t.equal(new Set(seen.map(({ description }) => description)).size, 1)
  t.same(await serving, [])
  t.same((await ovoc.customers.list()).slice(0, 2).map(({ status, description }) => [status, description]), [['WARNING', 'new'], ['ERROR', 'new']])
  t.match(await other.customers.get(5), { status: 'OK', description: 'new' })
})

t.test('a sandbox that changes all the time has the new fixtures too', async t => {
  const { ovoc, serveNew } = await changed(t)
  const { serving } = await serveNew()
  const customers = ovoc.app.sandboxes.default.named('customers')
  const over = new AbortController()
  serving.finally(() => over.abort())
  while (!over.signal.aborted) {
    customers.set(5, { ...customers.get(5) })
    await setImmediate()
  }
  t.same(await serving, [])
  t.same((await stateOf(ovoc.url)).problems, [])
  t.match(await ovoc.customers.get(5), { status: 'ERROR', description: 'new' })
})

t.test('a batch of records during a reload is kept', async t => {
  const { ovoc, serveNew } = await changed(t)
  const files = Array.from({ length: 300 }, (_, index) => ({ id: 7_000_000 + index, name: 'f', description: null }))
  // Each record takes a turn.
  let now = performance.now()
  t.intercept(performance, 'now', { value: () => (now += 10) })
  const put = () => ovoc.app.inject({ method: 'PUT', url: '/__admin/records', payload: { files } })
  const first = put()
  const { serving } = await serveNew()
  const [one, other] = await Promise.all([first, put(), serving])
  t.same([one.statusCode, other.statusCode], [200, 200])
  t.equal((await ovoc.app.inject('/__admin/records/files/7000299')).statusCode, 200)
  t.match(await ovoc.customers.get(5), { status: 'ERROR', description: 'new' })
})

t.test('a sandbox that is reset during a reload has the new fixtures', async t => {
  const { ovoc, serveNew } = await changed(t)
  const { serving } = await serveNew()
  await ovoc.reset()
  t.same(await serving, [])
  t.match(await ovoc.customers.get(5), { status: 'OK', description: 'new' })
})

t.test('fixtures that only snapshots still have take up storage, and a reload without room for them changes nothing', async t => {
  const files = (name: string) => ({ files: Array.from({ length: 1000 }, (_, index) => ({ id: index + 1, name, description: null })) })
  const { ovoc, serve } = await served(t, files('a'), { storageBytes: 2_097_152 })
  const { snapshots } = ovoc
  await serve(files('b'))
  await snapshots.take('b')
  await serve(files('c'))
  await snapshots.take('c')
  await t.rejects(serve(files('d')), { message: /the bodies of requests that wait, may take up 1048576 bytes together, and this would be more; .* delete snapshots/ })
  t.equal((await ovoc.files.list())[0]?.name, 'c')
  await snapshots.delete('b')
  await serve(files('d'))
  t.equal((await ovoc.files.list())[0]?.name, 'd')
})

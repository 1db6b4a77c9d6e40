import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import type { Options } from '../../src/index.ts'
import { becomes, build, start } from '../harness.ts'
import type { Client } from '../harness.ts'

const records = '/__admin/records'
const patch = (call: Client, path: string, body: object) => call(`${records}/${path}`, { method: 'PATCH', body })
const post = (call: Client, resource: string, body: object) => call(`${records}/${resource}`, { method: 'POST', body })

/** Downloads a snapshot of the present state in the form of fixtures. */
async function download (call: Client) {
  await call('/__admin/snapshots/now', { method: 'POST' })
  return call('/__admin/snapshots/now/fixtures')
}

/** Starts another server with a snapshot of the present state. */
async function serveAgain (t: Test, call: Client, options: Partial<Options> = {}): Promise<Client> {
  const fixtures = join(t.testdir({}), 'world.json')
  writeFileSync(fixtures, (await download(call)).text)
  return build(t, { fixtures, ...options })
}

t.test('a record can\'t get the id of another topology node, so every snapshot makes valid fixtures', async t => {
  const call = await build(t)
  const { status, body } = await post(call, 'devices', { id: 85844 })
  t.same([status, body.problems], [409, ['/id must not be the id of another topology node, got 85844, which is also in customers']])
  t.equal((await post(call, 'files', { id: 85844 })).status, 201, 'a file is not a topology node')
  const file = { id: 5, name: 'a', description: null }
  const device = { ...(await post(call, 'devices', {})).body, id: 6, url: '/ovoc/v1/topology/devices/6' }
  const channel = { ...(await post(call, 'channels', {})).body, id: 6, url: '/ovoc/v1/topology/channels/6' }
  const both = await call(records, { method: 'PUT', body: { files: [file], devices: [device], channels: [channel] } })
  t.same([both.status, both.body.problems], [409, [
    '/devices/0/id must not be the id of another topology node, got 6, which is also in channels',
    '/channels/0/id must not be the id of another topology node, got 6, which is also in devices'
  ]])
  await serveAgain(t, call)
})

t.test('a device belongs to only one service, and can move to another one', async t => {
  const call = await build(t)
  const { status, body } = await patch(call, 'services/42712', { attachedDevices: [61204], elementsCount: { total: 2, devices: 1 } })
  t.same([status, body.problems], [409, ['/attachedDevices/0 must appear in only one record, got 61204, which record 97711 also has']])
  const [from, to] = await Promise.all([97711, 42712].map(async id => (await call(`${records}/services/${id}`)).body))
  const moved = [from, to].map(service => withDevices(service, service === from ? from.attachedDevices.filter((id: number) => id !== 61204) : [61204]))
  t.same((await call(records, { method: 'PUT', body: { services: moved } })).body, { records: 2 })
  const twice = await call(records, { method: 'PUT', body: { services: [from, moved[1]] } })
  t.same([twice.status, twice.body.problems.length], [409, 1])
  await serveAgain(t, call)
})

function withDevices (service: any, attachedDevices: number[]): object {
  const { elementsCount } = service
  const total = elementsCount.total - elementsCount.devices + attachedDevices.length
  return { ...service, attachedDevices, elementsCount: { ...elementsCount, total, devices: attachedDevices.length } }
}

const customersOnly = (t: Test) => t.testdir({ fixtures: { 'customers.json': readFileSync('fixtures/customers.json', 'utf8') } }) + '/fixtures'

t.test('a snapshot has no list of a resource without fixtures', async t => {
  const call = await build(t, { fixtures: customersOnly(t) })
  t.same(Object.keys((await download(call)).body), ['customers'])
  const again = await serveAgain(t, call)
  t.equal((await again('/ovoc/v1/topology/customers/85844')).status, 200)
})

t.test('a snapshot with created records of a resource without fixtures shows which relations can\'t hold', async t => {
  const call = await build(t, { fixtures: customersOnly(t) })
  await post(call, 'services', { id: 5 })
  const { status, body } = await download(call)
  t.equal(status, 409)
  t.match(body.detail, /^the snapshot makes no fixtures: customers\/\d+ \/attachedServices\/0 must be the id of a record in services, got \d+/)
})

t.test('with unknown-ids generate, a snapshot includes the unlisted records that its records refer to', async t => {
  const call = await build(t, { unknownIds: 'generate' })
  t.equal((await patch(call, 'customers/2097184', { description: 'by hand' })).status, 200)
  const { body } = await download(call)
  const { attachedServices, channelId } = body.customers.at(-1)
  t.ok(attachedServices.length > 0)
  const ids = (resource: string) => body[resource].map(({ id }: { id: number }) => id)
  t.ok(ids('channels').includes(channelId) && attachedServices.every((id: number) => ids('services').includes(id)))
  for (const unknownIds of ['not-found', 'generate'] as const) {
    const again = await serveAgain(t, call, { unknownIds })
    t.equal((await again('/ovoc/v1/topology/customers/2097184')).body.description, 'by hand')
  }
})

t.test('with unknown-ids generate, a snapshot can\'t have a record with the id of an unlisted one that it includes', async t => {
  const call = await build(t, { unknownIds: 'generate' })
  const { attachedServices: [id] } = (await call(`${records}/customers/2097184`)).body
  t.equal((await post(call, 'channels', { id })).status, 201)
  await patch(call, 'customers/2097184', { description: 'by hand' })
  const { status, body } = await download(call)
  t.same([status, body.problems], [409, [`services/${id} must have an id of its own, but channels has it too`]])
})

t.test('a snapshot with a reference that the other record does not return makes no fixtures', async t => {
  const [customer] = JSON.parse(readFileSync('fixtures/customers.json', 'utf8'))
  const fixtures = t.testdir({ fixtures: { 'customers.json': JSON.stringify([{ ...customer, attachedServices: [] }]) } })
  const call = await build(t, { fixtures: `${fixtures}/fixtures`, unknownIds: 'generate' })
  t.equal((await patch(call, 'customers/85844', { attachedServices: [4] })).status, 200, 'services are kept elsewhere')
  const { status, body } = await download(call)
  t.same([status, body.problems], [409, ['customers/85844 /attachedServices/0 must be the id of a record in services that has lcCustomerId 85844, got 4']])
})

t.test('a download whose client has left before its turn is not made, and its snapshot takes up no storage any more', async t => {
  const { app, url } = await start(t, { storageBytes: 2_097_152 })
  const inject = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, payload?: object) => app.inject({ method, url: `/__admin/${path}`, ...payload && { payload } })
  const files = Array.from({ length: 1000 }, (_, index) => ({ id: 5_000_000 + index, name: 'f', description: null }))
  t.equal((await inject('PUT', 'records', { files })).statusCode, 200)
  await inject('POST', 'snapshots/full')
  // Each download takes many turns.
  let now = performance.now()
  t.intercept(performance, 'now', { value: () => (now += 10) })
  const left = Array.from({ length: 20 }, () => {
    const client = request(`${url}/__admin/snapshots/full/fixtures`).on('error', () => {})
    client.end()
    return client
  })
  await becomes(() => app.sandboxes.default.users === 20)
  for (const client of left) client.destroy()
  await inject('DELETE', 'snapshots/full')
  await inject('POST', 'reset')
  await inject('POST', 'snapshots/empty')
  t.equal((await inject('GET', 'snapshots/empty/fixtures')).json().files.length, 3)
  await becomes(async () => (await inject('PUT', 'records', { files })).statusCode === 200)
})

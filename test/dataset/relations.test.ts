import { readFileSync } from 'node:fs'
import t from 'tap'
import type { Channel, Customer, Service } from '../../src/index.ts'
import { build, fixtureFaults } from '../harness.ts'

const read = (name: string) => JSON.parse(readFileSync(`fixtures/${name}.json`, 'utf8'))
const customers: Customer[] = read('customers')
const channels: Channel[] = read('channels')
const services: Service[] = read('services')
const [customer, channel, service] = [customers, channels, services].map(records => records[0]) as [Customer, Channel, Service]
const owner = customers.find(({ id }) => id === service.lcCustomerId) as Customer

t.test('every id that a bundled record refers to is a record that points back', async t => {
  assertRelated(t, customers, channels, services)
  t.ok(services.every(({ lcCustomerId }) => customers.some(({ id }) => id === lcCustomerId)))
})

t.test('every id that a generated record refers to is a record that points back', async t => {
  const call = await build(t, { customers: 500 })
  const list = async (path: string, name: string) => (await call(`/ovoc/v1/topology/${path}?detail=1`)).body[name]
  const [some, theirChannels, theirServices] = [await list('lcCustomers', 'lcCustomers'), await list('channels', 'channels'), await list('services', 'services')]
  t.equal(some.length, 508)
  assertRelated(t, some, theirChannels, theirServices)
  t.equal(theirServices.length, some.flatMap(({ attachedServices }: Customer) => attachedServices).length)
  t.equal(theirChannels.length, channels.length + Math.ceil(500 / 16))
})

t.test('a generated service is found under its own path, and the customer list knows its customer by it', async t => {
  const call = await build(t, { customers: 20 })
  const rows: Service[] = (await call('/ovoc/v1/topology/services')).body.services
  for (const row of rows.slice(-5)) {
    t.same((await call(`/ovoc/v1/topology/services/${row.id}`)).body.services, [row])
    const filter = `fields=id,customerId&filter=(customerSource='${row.serviceSource}')`
    t.match((await call(`/ovoc/v1/topology/customers?${filter}`)).text, `{"id":${row.lcCustomerId},"customerId":"${row.serviceId}"}`)
  }
})

t.test('a relation that leads nowhere, or is not returned, is told', async t => {
  t.same(await fixtureFaults(t, {
    'customers.json': JSON.stringify([{ ...customer, channelId: 5, attachedServices: [6] }, { ...owner, attachedServices: [97674], channelId: null }]),
    'channels.json': JSON.stringify([channel]),
    'services.json': JSON.stringify([service, { ...services[1], lcCustomerId: 7 }])
  }), [
    'customers.json: record 85844: /attachedServices/0 must be the id of a record in services.json, got 6',
    'customers.json: record 85844: /channelId must be the id of a record in channels.json, got 5',
    'customers.json: record 79192: /attachedServices/0 must be the id of a record in services.json that has lcCustomerId 79192, got 97674',
    'services.json: record 42712: /lcCustomerId must be the id of a record in customers.json that has 42712 in attachedServices, got 79192',
    'services.json: record 97674: /lcCustomerId must be the id of a record in customers.json, got 7'
  ])
})

t.test("numbers of a channel that don't add up are told", async t => {
  const strange = { ...channel, servicesNumber: 9, url: '/ovoc/v1/topology/channels/1' }
  t.same(await fixtureFaults(t, { 'channels.json': JSON.stringify([strange]) }), [
    'channels.json: record 1315855: /url must be "/ovoc/v1/topology/channels/1315855", got "/ovoc/v1/topology/channels/1"',
    'channels.json: record 1315855: /servicesNumber must be 10, got 9'
  ])
})

t.test("numbers of a service that don't add up are told", async t => {
  const strange = {
    ...service,
    elementsCount: { total: 5, devices: 1, links: 2, sites: 3 },
    deviceManagerParams: { ...service.deviceManagerParams, devicesPercentagePersonal: 6, devicesPercentageMeeting: 8, serviceDeviceUrl: 'https://sandbox.example/' }
  }
  t.same(await fixtureFaults(t, { 'services.json': JSON.stringify([strange]) }), [
    'services.json: record 42712: /elementsCount/total must be 6, got 5',
    'services.json: record 42712: /elementsCount/devices must be 0, got 1',
    'services.json: record 42712: /elementsCount/links must be 0, got 2',
    'services.json: record 42712: /elementsCount/sites must be 1, got 3',
    'services.json: record 42712: /deviceManagerParams/devicesPercentagePersonal must be 5, got 6',
    'services.json: record 42712: /deviceManagerParams/devicesPercentageMeeting must be 7, got 8',
    'services.json: record 42712: /deviceManagerParams/serviceDeviceUrl must be an address that has 20f45b4e-9389-4afd-bc0d-384f6d375810 in it, got "https://sandbox.example/"'
  ])
})

t.test('a device manager that has no address yet, or may have no devices, is no fault', async t => {
  const params = { ...service.deviceManagerParams, maxDevicesPersonal: 0, devicesPercentagePersonal: 0, devicesCount: { personal: 0, meeting: 15 } }
  const made = [{ ...service, deviceManagerParams: { ...params, serviceDeviceUrl: null } }, { ...service, id: 42714, serviceId: null, deviceManagerParams: params }]
  const call = await build(t, { fixtures: t.testdir({ 'services.json': JSON.stringify(made) }) })
  t.same((await call('/ovoc/v1/topology/services')).body, { services: made })
})

function assertRelated (t: { fail (message: string): unknown }, customers: Customer[], channels: Channel[], services: Service[]): void {
  const byId = new Map(services.map(service => [service.id, service]))
  const channelIds = new Set(channels.map(({ id }) => id))
  for (const { id, attachedServices, channelId } of customers) {
    if (channelId !== null && !channelIds.has(channelId)) t.fail(`channel ${channelId} of customer ${id}`)
    for (const serviceId of attachedServices) if (byId.get(serviceId)?.lcCustomerId !== id) t.fail(`service ${serviceId} of customer ${id}`)
  }
}

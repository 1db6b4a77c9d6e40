import t from 'tap'
import type { Test } from 'tap'
import type { Call, Channel, Customer, Device, FwdRule, Service } from '../../src/index.ts'
import { build } from '../harness.ts'

const call = await build(t, { customers: 2000 })

async function whole<Wire> (path: string): Promise<Wire[]> {
  return (await call(`/ovoc/v1/${path}?detail=1`)).body[path.split('/').at(-1) as string]
}

const customers = await whole<Customer>('topology/lcCustomers')
const channels = await whole<Channel>('topology/channels')
const services = await whole<Service>('topology/services')
const devices = await whole<Device>('topology/devices')
const calls = await whole<Call>('callsMonitor/calls')
const fwdRules = await whole<FwdRule>('alarms/fwdRules')

const relations: Array<{ ids: Array<number | null>, to: ReadonlyArray<{ id: number }>, what: string }> = [
  { ids: customers.flatMap(({ attachedServices }) => attachedServices), to: services, what: 'attachedServices' },
  { ids: customers.map(({ channelId }) => channelId), to: channels, what: 'channelId' },
  { ids: services.map(({ lcCustomerId }) => lcCustomerId), to: customers, what: 'lcCustomerId' },
  { ids: services.flatMap(({ attachedDevices }) => attachedDevices), to: devices, what: 'attachedDevices' },
  { ids: calls.map(({ reportingNodeId }) => reportingNodeId), to: devices, what: 'reportingNodeId' },
  { ids: fwdRules.flatMap(({ alarmDevicesFilter }) => alarmDevicesFilter ?? []), to: devices, what: 'alarmDevicesFilter' }
]

t.test('with 2000 generated customers, every id in the lists leads to a record', async t => {
  t.equal(customers.length, 2008)
  for (const { ids, to, what } of relations) {
    const known = new Set(to.map(({ id }) => id))
    t.same(ids.filter(id => id !== null && !known.has(id)).slice(0, 5), [], what)
  }
  t.ok(relations.flatMap(({ ids }) => ids).length > 20_000)
})

t.test('generated customers and services refer to each other, and no device is in two services', async t => {
  const owners = new Map(services.map(({ id, lcCustomerId }) => [id, lcCustomerId]))
  none(t, customers.filter(({ id, attachedServices }) => attachedServices.some(service => owners.get(service) !== id)))
  const attached = new Map(customers.map(({ id, attachedServices }) => [id, attachedServices]))
  none(t, services.filter(({ id, lcCustomerId }) => lcCustomerId !== null && !attached.get(lcCustomerId)?.includes(id)))
  const placed = services.flatMap(({ attachedDevices }) => attachedDevices)
  t.equal(new Set(placed).size, placed.length)
})

t.test('generated topology nodes have unique ids', async t => {
  const ids = [customers, channels, services, devices].flat().map(({ id }) => id)
  t.equal(new Set(ids).size, ids.length)
})

t.test('every sum in a generated record is right', async t => {
  none(t, channels.filter(({ services, servicesNumber }) => Object.values(services).filter(({ enabled }) => enabled).length !== servicesNumber))
  none(t, services.filter(({ elementsCount: { total, devices, links, sites } }) => devices + links + sites !== total))
  none(t, services.filter(({ elementsCount, attachedDevices, attachedLinks, attachedSites }) =>
    elementsCount.devices !== attachedDevices.length || elementsCount.links !== attachedLinks.length || elementsCount.sites !== attachedSites.length))
  none(t, customers.filter(({ status, applicationsStatus }) => status !== applicationsStatus.management.managementStatus))
})

t.test('generated names of customers are unique, and so are names, addresses and FQDNs of devices', async t => {
  t.equal(new Set(customers.map(({ name }) => name)).size, customers.length)
  for (const field of ['name', 'ipAddress', 'fqdn'] as const) {
    const values = devices.map(device => device[field]).filter(value => value !== null)
    t.equal(new Set(values).size, values.length, field)
  }
})

t.test('a generated channel is older than its customers, a customer older than its services, and all older than the last day', async t => {
  const channelDates = new Map(channels.map(({ id, definedAt }) => [id, definedAt]))
  const customerDates = new Map(customers.map(({ id, definedAt }) => [id, definedAt]))
  none(t, customers.filter(({ channelId, definedAt }) => channelId !== null && definedAt < (channelDates.get(channelId) as string)))
  none(t, services.filter(({ lcCustomerId, definedAt }) => lcCustomerId !== null && definedAt < (customerDates.get(lcCustomerId) as string)))
  none(t, [...channels, ...customers, ...services].filter(({ definedAt }) => definedAt < '2020' || definedAt >= '2025-11'))
  t.ok(new Set(customers.map(({ definedAt }) => definedAt.slice(0, 7))).size > 50, 'not all in a few months')
})

t.test("the channel of a service's customer has enabled the service's type", async t => {
  const offers = new Map(channels.map(({ id, services }) => [id, services]))
  const channelOf = new Map(customers.map(({ id, channelId }) => [id, channelId]))
  none(t, services.filter(({ lcCustomerId, serviceSource }) => {
    const channel = channelOf.get(lcCustomerId as number)
    return channel !== null && !offers.get(channel as number)?.[serviceSource].enabled
  }))
})

t.test('a generated record is the same at its url as in its list', async t => {
  const sample = <Wire>(records: Wire[]) => records.filter((_, index) => index % Math.ceil(records.length / 40) === 0)
  const listed: Array<Array<{ url: string }>> = [customers, channels, devices, calls, fwdRules]
  for (const record of listed.flatMap(records => sample(records))) t.same((await call(record.url)).body, record, record.url)
  for (const record of sample(services)) t.same((await call(`/ovoc/v1/topology/services/${record.id}`)).body, { services: [record] })
})

// Show only the first few wrong records.
function none (t: Test, records: ReadonlyArray<{ id: number }>): void {
  t.same(records.slice(0, 5).map(({ id }) => id), [])
}

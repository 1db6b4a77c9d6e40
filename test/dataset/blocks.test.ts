import fc from 'fast-check'
import t from 'tap'
import type { Call, Channel, Customer, Device, Service } from '../../src/index.ts'
import { build } from '../harness.ts'
import type { Client } from '../harness.ts'
import { holds, same } from '../properties.ts'

interface World { lcCustomers: Customer[], channels: Channel[], services: Service[], devices: Device[], calls: Call[] }

async function worldOf (call: Client): Promise<World> {
  const paths = ['topology/lcCustomers', 'topology/channels', 'topology/services', 'topology/devices', 'callsMonitor/calls']
  const lists = await Promise.all(paths.map(async path => (await call(`/ovoc/v1/${path}?detail=1`)).body))
  return Object.assign({}, ...lists)
}

const seeds = fc.nat()

t.test('with any seed and any number of customers, every relation leads somewhere and back, and no two nodes share an id', async t => {
  await holds(fc.asyncProperty(seeds, fc.nat({ max: 70 }), async (seed, customers) => {
    const world = await worldOf(await build(t, { seed, customers }))
    same(world.lcCustomers.length, 8 + customers)
    const nodes = [world.lcCustomers, world.channels, world.services, world.devices].flat().map(({ id }) => id)
    same(nodes.length, new Set(nodes).size)
    assertRelated(world)
  }), 15)
})

function assertRelated ({ lcCustomers, channels, services, devices, calls }: World): void {
  const ids = (records: ReadonlyArray<{ id: number }>) => new Set(records.map(({ id }) => id))
  const [channelIds, deviceIds] = [ids(channels), ids(devices)]
  const pairs = (list: number[][]) => list.map(pair => pair.join()).sort()
  same(lcCustomers.filter(({ channelId }) => channelId !== null && !channelIds.has(channelId)), [])
  same(
    pairs(lcCustomers.flatMap(({ id, attachedServices }) => attachedServices.map(service => [id, service]))),
    pairs(services.filter(({ lcCustomerId }) => lcCustomerId !== null).map(({ id, lcCustomerId }) => [lcCustomerId as number, id]))
  )
  const attached = services.flatMap(({ attachedDevices }) => attachedDevices)
  same([attached.filter(id => !deviceIds.has(id)), attached.length], [[], new Set(attached).size])
  same(calls.filter(({ reportingNodeId }) => !deviceIds.has(reportingNodeId)), [])
}

t.test('a generated record is the same however many others there are, whatever was asked before', async t => {
  await holds(fc.asyncProperty(seeds, fc.integer({ min: 1, max: 60 }), fc.array(fc.nat({ max: 59 }), { minLength: 1, maxLength: 8 }), async (seed, customers, order) => {
    const [all, alone] = [await worldOf(await build(t, { seed, customers })), await build(t, { seed, customers: 60, cacheRecords: 1 })]
    for (const nth of order.filter(index => index < customers)) {
      const id = 2 ** 21 + 32 * nth
      same((await alone(`/ovoc/v1/topology/customers/${id}`)).body, all.lcCustomers.find(customer => customer.id === id))
    }
  }), 8)
})

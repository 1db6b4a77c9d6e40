import fc from 'fast-check'
import t from 'tap'
import { generateRecords } from '../../src/index.ts'
import type { Call, Channel, Customer, Device, Service } from '../../src/index.ts'
import { build } from '../harness.ts'
import { holds, same } from '../properties.ts'

interface World { customers: Customer[], channels: Channel[], services: Service[], devices: Device[], calls: Call[] }

async function worldOf (count: number, seed: number): Promise<World> {
  const names = ['customers', 'channels', 'services', 'devices', 'calls']
  const lists = names.map(async name => [name, [...await generateRecords(name, { count, seed })]])
  return Object.fromEntries(await Promise.all(lists)) as unknown as World
}

const seeds = fc.nat()

t.test('generated relations lead to a record and back, and node ids are unique, with any seed and number of customers', async () => {
  await holds(fc.asyncProperty(seeds, fc.integer({ min: 1, max: 200 }), async (seed, count) => {
    const world = await worldOf(count, seed)
    same([world.customers.length, world.channels.length], [count, Math.ceil(count / 16)])
    const nodes = [world.customers, world.channels, world.services, world.devices].flat().map(({ id }) => id)
    same(nodes.length, new Set(nodes).size)
    assertRelated(world)
  }), 30)
})

function assertRelated ({ customers, channels, services, devices, calls }: World): void {
  const ids = (records: ReadonlyArray<{ id: number }>) => new Set(records.map(({ id }) => id))
  const [channelIds, deviceIds] = [ids(channels), ids(devices)]
  const pairs = (list: Array<Array<number | null>>) => list.map(pair => pair.join()).sort()
  same(customers.filter(({ channelId }) => !channelIds.has(channelId as number)), [])
  same(
    pairs(customers.flatMap(({ id, attachedServices }) => attachedServices.map(service => [id, service]))),
    pairs(services.map(({ id, lcCustomerId }) => [lcCustomerId, id]))
  )
  const attached = services.flatMap(({ attachedDevices }) => attachedDevices)
  same([attached.filter(id => !deviceIds.has(id)), attached.length], [[], new Set(attached).size])
  same(calls.filter(({ reportingNodeId }) => !deviceIds.has(reportingNodeId)), [])
}

t.test('a generated record does not depend on the number of other records or on earlier requests', async t => {
  await holds(fc.asyncProperty(seeds, fc.integer({ min: 1, max: 60 }), fc.array(fc.nat({ max: 59 }), { minLength: 1, maxLength: 8 }), async (seed, count, order) => {
    const [{ customers }, call] = [await worldOf(count, seed), await build(t, { seed, customers: 60 })]
    // From the third request on, a record comes from memory.
    for (const nth of [...order, ...order, ...order].filter(index => index < count)) {
      same((await call(`/ovoc/v1/topology/customers/${2 ** 21 + 32 * nth}`)).body, customers[nth])
    }
  }), 6)
})

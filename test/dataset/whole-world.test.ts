import t from 'tap'
import { buildApp } from '../../src/index.ts'

const relations: Record<string, string> = {
  attachedServices: 'services', channelId: 'channels', lcCustomerId: 'customers', attachedDevices: 'devices', reportingNodeId: 'devices', alarmDevicesFilter: 'devices'
}

t.test('a walk over the whole world, bundled and of 10 000 generated customers, finds no dangling id', async t => {
  const app = await buildApp({ customers: 10_000 })
  t.teardown(() => app.close())
  const sandbox = app.sandboxes.default
  const all = ['customers', 'channels', 'services', 'devices', 'calls', 'fwdRules'].map(name => ({ name, records: [...sandbox.named(name).values()] as Array<Record<string, unknown>> }))
  const ids = new Map(all.map(({ name, records }) => [name, new Set(records.map(({ id }) => id))]))
  let followed = 0
  for (const { name, records } of all) {
    for (const record of records) {
      for (const [field, related] of Object.entries(relations)) {
        for (const id of [record[field]].flat().filter(id => id !== null && id !== undefined)) {
          followed++
          if (!ids.get(related)?.has(id)) t.fail(`${name} ${record.id}: ${field} ${id}`)
        }
      }
    }
  }
  t.ok(followed > 100_000, `${followed} relations`)
})

t.test('every service of the world points back to the customer that it is attached to', async t => {
  const app = await buildApp({ customers: 1000 })
  t.teardown(() => app.close())
  const sandbox = app.sandboxes.default
  for (const customer of sandbox.named('customers').values() as Iterable<{ id: number, attachedServices: number[] }>) {
    for (const id of customer.attachedServices) t.equal((sandbox.find('services', id) as { lcCustomerId: number }).lcCustomerId, customer.id)
  }
})

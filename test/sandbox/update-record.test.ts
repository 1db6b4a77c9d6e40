import fc from 'fast-check'
import t from 'tap'
import type { Customer, FwdRule } from '../../src/index.ts'
import { build } from '../harness.ts'
import { recordText, holds, same } from '../properties.ts'

type Fields = Record<string, unknown>

/**
 * Returns the record after an update: objects merge by key, and all other values are replaced. It is written differently from the
 * simulator's own code.
 */
function updated (record: Fields, update: Fields): Fields {
  const result = structuredClone(record)
  for (const name in update) {
    const [old, fresh] = [record[name], update[name]]
    const isNested = [old, fresh].every(value => value !== null && typeof value === 'object' && !Array.isArray(value))
    result[name] = isNested ? updated(old as Fields, fresh as Fields) : fresh
  }
  return result
}

const optional = { requiredKeys: [] as [] }
const text = fc.option(recordText)
const tag = fc.record({ meteringTag: recordText })
const guid = fc.option(fc.uuid())

const customerUpdates = fc.record({
  description: text,
  fullName: text,
  msTenantId: guid,
  adGroupId: guid,
  logoId: fc.option(fc.integer({ min: 1 })),
  channelId: fc.constantFrom(null, 52262),
  services: fc.record({ OC: tag, ZOOM: tag, LTC: tag }, optional),
  contacts: fc.record({ email: text, phone: text, secondaryEmail: text, generalInfo: text, secondaryPhone: text }, optional)
}, optional)

const ids = fc.option(fc.array(fc.integer({ min: 1 }), { maxLength: 4 }))
const ruleUpdates = fc.record({
  name: recordText.filter(name => /\S/.test(name)),
  tenantId: fc.integer({ min: 1 }),
  destSyslog: fc.record({ syslogServerIP: fc.oneof(fc.ipV4(), fc.constant('2001:db8::1')), syslogServerPort: fc.integer({ min: 1, max: 65535 }) }, optional),
  alarmSitesFilter: ids,
  alarmTenantsFilter: ids,
  alarmNamesFilter: fc.option(fc.array(recordText, { maxLength: 3 }))
}, optional)

/** Checks that each update returns the record that `updated` expects, and that the record stays so. */
async function assertUpdates (t: Parameters<typeof build>[0], path: string, updates: fc.Arbitrary<object>): Promise<void> {
  const call = await build(t)
  const { body: original } = await call(path)
  await holds(fc.asyncProperty(fc.array(updates, { minLength: 1, maxLength: 4 }), async several => {
    await call('/__admin/reset', { method: 'POST' })
    let expected: Fields = original
    for (const update of several) {
      expected = updated(expected, JSON.parse(JSON.stringify(update)))
      const { status, body } = await call(path, { method: 'PUT', body: update })
      same([status, body], [200, expected])
      const wrong = await call(path, { method: 'PUT', body: { ...update, nothing: 1 } })
      same(wrong.status, 400)
    }
    same((await call(path)).body, expected)
  }), 60)
}

t.test('an update of a customer changes only its fields, and an invalid update changes nothing', async t => {
  await assertUpdates(t, '/ovoc/v1/topology/customers/85844', customerUpdates satisfies fc.Arbitrary<DeepPartial<Customer>>)
})

t.test('an update of a forwarding rule changes only its fields, and an invalid update changes nothing', async t => {
  await assertUpdates(t, '/ovoc/v1/alarms/fwdRules/90311', ruleUpdates satisfies fc.Arbitrary<DeepPartial<FwdRule>>)
})

type DeepPartial<Wire> = { [Key in keyof Wire]?: Wire[Key] extends object ? DeepPartial<Wire[Key]> : Wire[Key] }

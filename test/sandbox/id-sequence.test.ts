import fc from 'fast-check'
import t from 'tap'
import { build } from '../harness.ts'
import { holds, same } from '../properties.ts'

const records = '/__admin/records'
const post = { method: 'POST' }
const channel = { name: 'New', tenantId: 1, msTenantId: 'f79a7f93-5ef7-47d2-92c8-e4570503cec3' }
const rule = { name: 'New', ruleDestType: 'SYSLOG', destSyslog: { syslogServerIP: '10.0.0.9', syslogServerPort: 514 } }

/** Ways to create a record with the sequence's next id. */
const ways = {
  channel: ['/ovoc/v1/topology/channels', channel],
  rule: ['/ovoc/v1/alarms/fwdRules', rule],
  file: [`${records}/files`, {}],
  customer: [`${records}/customers`, {}],
  device: [`${records}/devices`, {}]
} as const

const steps = fc.oneof(
  { weight: 6, arbitrary: fc.record({ make: fc.constantFrom(...Object.keys(ways) as Array<keyof typeof ways>) }) },
  { weight: 2, arbitrary: fc.record({ given: fc.oneof(fc.integer({ min: 0, max: 20 }).map(ahead => ({ ahead })), fc.integer({ min: 1, max: 5000 }).map(id => ({ id }))) }) },
  { weight: 2, arbitrary: fc.constant('delete' as const) },
  { weight: 1, arbitrary: fc.constantFrom('reset' as const, 'snapshot' as const, 'restore' as const) }
)

t.test('a new record gets the id after the highest one ever used, even after deletions, resets and restores', async t => {
  const call = await build(t, { customers: 3 })
  const first = 2 ** 21 + 3 * 32
  await holds(fc.asyncProperty(fc.array(steps, { maxLength: 30 }), async several => {
    await call('/__admin/reset', post)
    await call('/__admin/snapshots/kept', post)
    let [next, kept] = [first, first]
    const files: number[] = []
    for (const step of several) {
      if (step === 'reset' || step === 'restore') {
        await call(step === 'reset' ? '/__admin/reset' : '/__admin/snapshots/kept/restore', post)
        next = step === 'reset' ? first : kept
        files.length = 0
      } else if (step === 'snapshot') {
        await call('/__admin/snapshots/kept', post)
        kept = next
      } else if (step === 'delete') {
        const id = files.pop()
        if (id !== undefined) same((await call(`${records}/files/${id}`, { method: 'DELETE' })).status, 200)
      } else if ('make' in step) {
        const [path, body] = ways[step.make]
        same((await call(path, { ...post, body })).body.id, next)
        if (step.make === 'file') files.push(next)
        next++
      } else {
        const id = 'id' in step.given ? step.given.id : next + step.given.ahead
        if ((await call(`${records}/files`, { ...post, body: { id } })).status !== 201) continue
        files.push(id)
        next = Math.max(next, id + 1)
      }
    }
  }), 60)
})

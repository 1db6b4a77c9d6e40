import fc from 'fast-check'
import t from 'tap'
import { resourceNames } from '../../src/index.ts'
import { listPaths } from '../described.ts'
import { build } from '../harness.ts'
import type { Client } from '../harness.ts'
import { holds, same } from '../properties.ts'

const records = '/__admin/records'
const post = { method: 'POST' }

const place = { resource: fc.constantFrom(...resourceNames), nth: fc.nat({ max: 200 }) }
const changes = fc.oneof(
  fc.record({ kind: fc.constant('create'), ...place }),
  fc.record({ kind: fc.constant('describe'), ...place }),
  fc.record({ kind: fc.constant('delete'), ...place }),
  fc.record({ kind: fc.constant('deleteAndPutBack'), ...place })
)
const names = fc.constantFrom('a', 'b')
const steps = fc.oneof(
  { weight: 5, arbitrary: changes },
  { weight: 2, arbitrary: fc.record({ take: names }) },
  { weight: 2, arbitrary: fc.record({ restore: names }) },
  { weight: 1, arbitrary: fc.constant('reset' as const) }
)

type Change = typeof changes extends fc.Arbitrary<infer One> ? One : never

/** Makes a change if relations allow it. This test does not check whether they do. */
async function change (call: Client, { kind, resource, nth }: Change): Promise<void> {
  const path = `${records}/${resource}`
  if (kind === 'create') {
    await call(path, { ...post, body: {} })
    return
  }
  const { body: { records: all } } = await call(path)
  if (all.length === 0) return
  const { id, record } = all[nth % all.length]
  if (kind === 'describe') await call(`${path}/${id}`, { method: 'PATCH', body: { description: `change ${nth}` } })
  else if ((await call(`${path}/${id}`, { method: 'DELETE' })).status === 200 && kind !== 'delete') await call(`${path}/${id}`, { method: 'PUT', body: record })
}

async function state (call: Client): Promise<string[]> {
  const lists = listPaths.map(path => `/ovoc/v1${path}?detail=1`)
  return Promise.all([...lists, ...resourceNames.map(resource => `${records}/${resource}`)].map(async path => (await call(path)).text))
}

t.test('a restore brings back every list exactly as it was, after any changes', async t => {
  const call = await build(t, { customers: 6 })
  const initial = await state(call)
  await holds(fc.asyncProperty(fc.array(steps, { maxLength: 14 }), async several => {
    await call('/__admin/reset', post)
    for (const { name } of (await call('/__admin/snapshots')).body.snapshots) await call(`/__admin/snapshots/${name}`, { method: 'DELETE' })
    const kept = new Map<string, string[]>()
    for (const step of several) {
      if (step === 'reset') {
        await call('/__admin/reset', post)
        same(await state(call), initial)
      } else if ('take' in step) {
        await call(`/__admin/snapshots/${step.take}`, post)
        kept.set(step.take, await state(call))
      } else if ('restore' in step) {
        const { status } = await call(`/__admin/snapshots/${step.restore}/restore`, post)
        same(status, kept.has(step.restore) ? 200 : 404)
        if (status === 200) same(await state(call), kept.get(step.restore))
      } else await change(call, step)
    }
  }), 30)
})

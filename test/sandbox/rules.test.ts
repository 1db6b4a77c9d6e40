import fc from 'fast-check'
import t from 'tap'
import { build } from '../harness.ts'
import type { Client } from '../harness.ts'
import { holds, same } from '../properties.ts'

const rulesPath = '/__admin/rules'
const path = '/ovoc/v1/topology/customers/85844'

/** Replaces all rules. */
async function rule (call: Client, ...rules: object[]): Promise<void> {
  await call(rulesPath, { method: 'DELETE' })
  for (const one of rules) same((await call(rulesPath, { method: 'POST', body: one })).status, 201)
}

async function statuses (call: Client, count: number): Promise<number[]> {
  const seen = []
  for (let number = 0; number < count; number++) seen.push((await call(path)).status)
  return seen
}

const some = { after: fc.nat({ max: 5 }), times: fc.integer({ min: 1, max: 5 }) }

t.test('rules follow their fields after and times, in the order in which they were added', async t => {
  const call = await build(t)
  const rules = fc.array(fc.record(some, { requiredKeys: [] }), { minLength: 1, maxLength: 3 })
  await holds(fc.asyncProperty(rules, fc.nat({ max: 20 }), async (several, count) => {
    const statusOf = [429, 500, 503]
    await rule(call, ...several.map((one, index) => ({ ...one, status: statusOf[index] })))
    const model = several.map(({ after = 0, times = Infinity }, index) => ({ after, times, status: statusOf[index], matched: 0, fired: 0 }))
    const expected = Array.from({ length: count }, () => {
      for (const one of model) {
        one.matched++
        if (one.matched <= one.after || one.fired === one.times) continue
        one.fired++
        return one.status
      }
      return 200
    })
    same(await statuses(call, count), expected)
    const { rules: told } = (await call(rulesPath)).body
    same(told.map(({ matched, fired }: Record<string, number>) => [matched, fired]), model.map(({ matched, fired }) => [matched, fired]))
  }), 60)
})

t.test('a probability depends only on the seed: 0 is never, 1 is always, and other values hold for about that part of the requests', async t => {
  await holds(fc.asyncProperty(fc.nat(), fc.constantFrom(0, 0.1, 0.5, 0.9, 1), fc.integer({ min: 1, max: 60 }), async (seed, probability, times) => {
    const [one, other] = [await build(t, { seed }), await build(t, { seed })]
    for (const call of [one, other]) await rule(call, { status: 503, probability, times })
    const seen = await statuses(one, 80)
    same(await statuses(other, 80), seen)
    const fired = seen.filter(status => status === 503).length
    const likely = Math.min(times, 80 * probability)
    // Five times the standard deviation of a fair chance.
    if (fired > times || Math.abs(fired - likely) > 5 * Math.sqrt(80 * probability * (1 - probability))) throw new Error(`${fired} of 80 at ${probability}`)
  }), 6)
})

import t from 'tap'
import { build } from '../harness.ts'

t.test('the server responds to other requests while it counts the records of a very large world', async t => {
  const call = await build(t, { customers: 10_000_000 })
  const answered: string[] = []
  const ask = async (path: string) => {
    const { body } = await call(path)
    answered.push(path)
    return body
  }
  const health = ['/__admin/health', '/__admin/health?']
  const [one, other] = await Promise.all([...health, '/ovoc/v1/topology/customers/85844'].map(ask))
  t.equal(answered[0], '/ovoc/v1/topology/customers/85844')
  t.same(other.counts, one.counts)
  t.ok(one.memoryBytes > 1e6 && Number.isInteger(one.uptimeSeconds))
  t.equal(one.counts.customers, 10_000_008)
})

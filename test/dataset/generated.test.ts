import t from 'tap'
import { buildApp, generateRecords } from '../../src/index.ts'
import type { Customer } from '../../src/index.ts'
import { build, run } from '../harness.ts'

const first = 2 ** 21
const path = (id: number) => `/ovoc/v1/topology/customers/${id}`

t.test('--customers adds that many customers, at every 32nd id from 2097152', async t => {
  const call = await build(t, { customers: 3 })
  for (const index of [0, 1, 2]) t.equal((await call(path(first + 32 * index))).body.id, first + 32 * index)
  for (const id of [first - 32, first + 1, first + 96]) t.equal((await call(path(id))).status, 404)
  t.equal((await call('/__admin/health')).body.counts.customers, 11)
})

t.test('generated ids begin above the highest fixture', async t => {
  const [record] = await generateRecords('customers', { count: 1, seed: 1 })
  const call = await build(t, { customers: 1, fixtures: t.testdir({ 'customers.json': JSON.stringify([record]) }) })
  t.equal((await call(path(2 * first))).status, 200)
  t.equal((await call(path(first))).status, 200)
})

t.test('the start fails if generated ids would be too large for JSON numbers', async t => {
  const [record] = await generateRecords('customers', { count: 1, seed: 1 }) as Iterable<Customer>
  const id = Number.MAX_SAFE_INTEGER
  const fixtures = t.testdir({ 'customers.json': JSON.stringify([{ ...record, id, url: `/ovoc/v1/topology/lcCustomers/${id}` }]) })
  await t.rejects(buildApp({ fixtures, customers: 1 }), { message: /^option customers must leave ids up to 9007199254740991/ })
})

t.test('a generated record has the same bytes in every server and process, in any order of requests', async t => {
  const [one, other] = [await build(t, { customers: 50, seed: 7 }), await build(t, { customers: 50, seed: 7 })]
  const ids = Array.from({ length: 50 }, (_, index) => first + 32 * index)
  const forward = await inOrder(ids, async id => (await one(path(id))).text)
  const backward = await inOrder([...ids].reverse(), async id => (await other(path(id))).text)
  t.same(forward, backward.reverse())
  const elsewhere = await run(t, ['generate', 'customers', '--count', '50', '--seed', '7'])
  t.same(JSON.parse(elsewhere.stdout).map((record: Customer) => JSON.stringify(record)), forward)
})

t.test('another seed gives other records', async t => {
  const worlds = await Promise.all([1, 2, 2 ** 32 + 1].map(async seed => JSON.stringify([...await generateRecords('customers', { count: 5, seed })])))
  t.equal(new Set(worlds).size, 3)
})

t.test('with generated unknown ids, any other id has a record', async t => {
  const call = await build(t, { unknownIds: 'generate' })
  for (const id of [1, 4711, Number.MAX_SAFE_INTEGER]) {
    const answer = await call(path(id), { method: 'PUT' })
    t.same([answer.status, answer.body.id, answer.body.url], [200, id, `/ovoc/v1/topology/lcCustomers/${id}`])
  }
  t.equal((await call(path(85844))).body.name, 'Brad984')
})

t.test('generated customers are plausible', async t => {
  const records = [...await generateRecords('customers', { count: 2000, seed: 3 })] as Customer[]
  for (const record of records) {
    if (!/^[^\\/:*?"<>|.\s]{3,15}$/.test(record.name)) t.fail(`name ${record.name}`)
    if (record.status !== record.applicationsStatus.management.managementStatus) t.fail(`status of ${record.id}`)
    if (record.definedAt > '2025-11-01') t.fail(`date ${record.definedAt}`)
    const { email, secondaryEmail } = record.contacts
    if (email !== null && !/^[a-z]+\.[a-z]+@[a-z]+\.example$/.test(email)) t.fail(`email ${email}`)
    if (secondaryEmail !== null && secondaryEmail.split('@')[1] !== email?.split('@')[1]) t.fail(`emails of ${record.id}`)
  }
  const share = (status: string) => records.filter(record => record.status === status).length / records.length
  t.ok(share('OK') > 0.5 && share('ERROR') > 0.1 && share('WARNING') > 0.1 && share('UNMONITORED') > 0.05)
  t.equal(new Set(records.map(record => record.name)).size, records.length)
})

async function inOrder<T> (ids: number[], ask: (id: number) => Promise<T>): Promise<T[]> {
  const answers: T[] = []
  for (const id of ids) answers.push(await ask(id))
  return answers
}

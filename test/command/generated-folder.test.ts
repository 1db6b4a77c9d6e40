import t from 'tap'
import { generateRecords, resourceNames } from '../../src/index.ts'
import { build, run } from '../harness.ts'

const ofCustomers = ['customers', 'channels', 'services', 'devices', 'calls']
const ofNobody = resourceNames.filter(name => !ofCustomers.includes(name))
const generated = (name: string, count: number, seed: number) => generateRecords(name, { count, seed }).then(records => [...records])

t.test('lists generated with one count and seed can be served together, all or some of them', async t => {
  for (const [count, seed] of [[1, 1], [50, 7]] as const) {
    for (const names of [ofCustomers, [...ofCustomers, ...ofNobody], ['customers', 'services'], ['customers', 'channels'], ['services', 'devices'], ['calls', 'devices']]) {
      const folder = Object.fromEntries(await Promise.all(names.map(async name => [`${name}.json`, JSON.stringify(await generated(name, count, seed))])))
      const call = await build(t, { fixtures: t.testdir(folder) })
      const { counts } = (await call('/__admin/health')).body
      t.equal(counts[names[0] as string], JSON.parse(folder[`${names[0]}.json`] as string).length, `${names} of ${count}`)
    }
  }
})

t.test('generated lists hold the records that a server adds for the same number of customers', async t => {
  const call = await build(t, { customers: 20, seed: 7, fixtures: t.testdir({ 'files.json': '[]' }) })
  for (const name of ofCustomers) {
    const { records } = (await call(`/__admin/records/${name}`)).body
    t.same(await generated(name, 20, 7), records.map(({ record }: { record: object }) => record), name)
  }
})

t.test('resources without customers get as many generated records as requested', async t => {
  for (const name of ofNobody) t.equal((await generated(name, 5, 1)).length, 5, name)
})

t.test('the command prints a list that can be served, even if it is empty', async t => {
  let seed = 0
  while ((await generated('calls', 1, seed)).length > 0) seed++
  const { code, stdout } = await run(t, ['generate', 'calls', '--count', '1', '--seed', String(seed)])
  t.same([code, JSON.parse(stdout)], [0, []])
  const call = await build(t, { fixtures: t.testdir({ 'calls.json': stdout }) })
  t.same((await call('/ovoc/v1/callsMonitor/calls')).body, { calls: [] })
})

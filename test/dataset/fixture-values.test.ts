import t from 'tap'
import { buildApp } from '../../src/index.ts'
import type { MockOptions } from '../../src/index.ts'
import { start } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'

t.test('records and rules can be passed as values', async t => {
  const { url, customers, reset } = await start(t)
  const customer = { ...await customers.get(86344), id: 5, url: '/ovoc/v1/topology/lcCustomers/5', name: 'Mine', attachedServices: [], channelId: null }
  const ovoc = await start(t, { fixtures: { customers: [customer] }, rules: [{ match: { operation: 'verifyCustomer' }, responses: [503, 200] }] })
  customer.name = 'Changed afterwards'
  t.same((await ovoc.customers.list()).map(({ name }) => name), ['Mine'])
  t.same([(await fetch(ovoc.url + path.replace('85844', '5'), { method: 'PUT' })).status, (await fetch(ovoc.url + path)).status], [503, 404])
  await ovoc.rules.clear()
  ovoc.reset()
  t.equal((await ovoc.rules.list()).length, 1)
  t.equal((await fetch(url + path)).status, 200)
  await reset()
})

t.test('the option bundled: false starts a server without the bundled records', async t => {
  const ovoc = await start(t, { bundled: false, customers: 2 })
  t.same([(await ovoc.customers.list()).length, await ovoc.files.list()], [2, []])
})

t.test('a wrong value for fixtures or rules is an error that names it', async t => {
  const wrong: Array<[object, string]> = [
    [{ fixtures: { customer: [] } }, "the fixtures of option fixtures can't be served:\n  customer: is not a resource; did you mean \"customers\"?"],
    [{ fixtures: { files: [{ id: 1 }] } }, "the fixtures of option fixtures can't be served:\n  files: record 1: /name is missing"],
    [{ fixtures: 5 }, 'option fixtures must be a string, got 5'],
    [{ rules: {} }, 'option rules must be a list, got an object'],
    [{ rules: [{ status: 503 }, { stat: 1 }, null, { respond: 5 }] }, 'option rules: rule 2: /stat is not a known field; did you mean "status"?\noption rules: rule 3: must be an object, got null\noption rules: rule 4: /respond must be a function']
  ]
  for (const [options, message] of wrong) {
    const got = await buildApp(options as MockOptions).then(() => 'it was taken', (error: Error) => error.message)
    t.ok(got.startsWith(message), got)
  }
})

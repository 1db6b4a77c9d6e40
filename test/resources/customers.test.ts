import { readFileSync } from 'node:fs'
import t from 'tap'
import type { Customer } from '../../src/index.ts'
import { assertAllSucceeded } from '../described.ts'
import { build, start } from '../harness.ts'

const documented: Customer = JSON.parse(readFileSync('test/resources/documented-customer.json', 'utf8'))
const path = '/ovoc/v1/topology/customers/85844'

t.test('PUT without a body returns the documented customer, its keys in the documented order', async t => {
  const call = await build(t)
  const answer = await call('/api/ovoc/v1/topology/customers/85844', { method: 'PUT' })
  t.equal(answer.status, 200)
  t.equal(answer.text, JSON.stringify(documented))
})

t.test('the customer is the same at every base path, with and without a trailing slash', async t => {
  const call = await build(t)
  for (const basePath of ['/ovoc/v1', '/api/ovoc/v1', '/tenantui/api/ovoc/v1']) {
    for (const slash of ['', '/']) {
      const answer = await call(`${basePath}/topology/customers/85844${slash}`, { method: 'PUT' })
      t.equal(answer.text, JSON.stringify(documented), `${basePath} ${slash}`)
    }
  }
})

t.test("every path and method of a customer returns the same record, including the record's url", async t => {
  const call = await build(t)
  t.same((await call(documented.url)).body, documented)
  t.same((await call(path)).body, documented)
  t.same((await call('/ovoc/v1/topology/lcCustomers/85844', { method: 'PUT' })).body, documented)
})

t.test('PUT with an empty body returns the customer, with any content type', async t => {
  const call = await build(t)
  for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/plain']) {
    const answer = await call(path, { method: 'PUT', text: '', headers: { 'content-type': type } })
    t.same(answer.body, documented, type)
  }
})

t.test('PUT with a body changes the fields it contains and merges objects by key; later reads show it', async t => {
  const call = await build(t)
  const body = { fullName: 'Brad Nine', contacts: { email: 'brad@example.com' }, services: { OC: { meteringTag: 'LS-1' } } }
  const answer = await call(path, { method: 'PUT', body })
  const expected = {
    ...documented,
    fullName: 'Brad Nine',
    contacts: { ...documented.contacts, email: 'brad@example.com' },
    services: { ...documented.services, OC: { meteringTag: 'LS-1' } }
  }
  t.equal(answer.status, 200)
  t.equal(answer.text, JSON.stringify(expected))
  t.same((await call(documented.url)).body, expected)
})

t.test('a full customer may be sent back', async t => {
  const call = await build(t)
  const answer = await call(path, { method: 'PUT', body: { ...documented, description: 'changed' } })
  t.same(answer.body, { ...documented, description: 'changed' })
})

t.test('a new value for a read-only field is a 400 that names the fields and changes nothing', async t => {
  const call = await build(t)
  const body = { id: 4, status: 'OK', attachedServices: [], description: 'changed' }
  const answer = await call(path, { method: 'PUT', body })
  t.equal(answer.status, 400)
  t.match(answer.body.description, /\/attachedServices is read-only.*stay \[97674\].*\/id is read-only.*85844.*\/status is read-only.*"ERROR"/)
  t.notMatch(answer.body.description, 'description')
  t.same((await call(path)).body, documented)
})

t.test('one response reports problems of the schema and of the customer', async t => {
  const call = await build(t)
  const { body: { description } } = await call(path, { method: 'PUT', body: { id: 4, fullName: 5, name: 'a b' } })
  for (const problem of ['/fullName must be a string or null, got 5', '/id is read-only and must be left out or stay 85844', '/name must be a name of 3 to 15 characters']) t.match(description, problem)
  t.notMatch((await call('/ovoc/v1/topology/customers/1', { method: 'PUT', body: { id: 4, fullName: 5 } })).body.description, 'read-only')
})

t.test("a customer whose name breaks the portal's rule may be sent back, but a new name must follow the rule", async t => {
  const record = { ...documented, name: 'Contoso Ltd.' }
  const call = await build(t, { fixtures: t.testdir({ 'customers.json': JSON.stringify([record]) }) })
  t.equal((await call(path, { method: 'PUT', body: record })).status, 200)
  t.equal((await call(path, { method: 'PUT', body: { name: 'Contoso GmbH.' } })).status, 400)
})

t.test('a channel that does not exist is a 400 that names it and changes no customer', async t => {
  const call = await build(t)
  for (const given of [path, documented.url]) {
    const answer = await call(given, { method: 'PUT', body: { channelId: 7, description: 'changed' } })
    t.same([answer.status, answer.body], [400, { description: 'the body is not valid: /channelId must be the id of a channel, got 7' }])
  }
  t.same((await call(path)).body, documented)
  const problems = async (body: object) => (await call(path, { method: 'PUT', body })).body.description
  t.equal(await problems({ channelId: 7, fullName: 5 }), 'the body is not valid: /fullName must be a string or null, got 5; /channelId must be the id of a channel, got 7')
  for (const id of [-1, 1.5, '7']) t.equal((await problems({ channelId: id })).match(/channelId/g).length, 1, `${id} is one problem`)
})

t.test('a customer accepts any existing channel, including a new one, or none', async t => {
  const call = await build(t)
  const { body: { id } } = await call('/ovoc/v1/topology/channels', { method: 'POST', body: { name: 'New', tenantId: 868, msTenantId: 'f79a7f93-5ef7-47d2-92c8-e4570503cec3' } })
  for (const channelId of [52990, id, id, null, documented.channelId]) {
    const { status, body } = await call(path, { method: 'PUT', body: { channelId } })
    t.same([status, body.channelId], [200, channelId])
  }
})

t.test('without a channels file, a customer may keep its channel but not get another', async t => {
  const call = await build(t, { fixtures: t.testdir({ 'customers.json': JSON.stringify([documented]) }) })
  t.same((await call(path, { method: 'PUT', body: { ...documented, description: 'changed' } })).body, { ...documented, description: 'changed' })
  t.equal((await call(path, { method: 'PUT', body: { channelId: 52990 } })).body.description, 'the body is not valid: /channelId must be the id of a channel, got 52990')
})

t.test('a reset undoes every change of a customer', async t => {
  const mock = await start(t)
  await fetch(`${mock.url}${path}`, { method: 'PUT', body: '{"description":"changed"}', headers: { 'content-type': 'application/json' } })
  t.equal((await (await fetch(`${mock.url}${path}`)).json() as Customer).description, 'changed')
  mock.reset()
  t.same(await (await fetch(`${mock.url}${path}`)).json(), documented)
})

t.test('a change in one server is not visible in another', async t => {
  const [one, other] = [await build(t), await build(t)]
  await one(path, { method: 'PUT', body: { description: 'changed' } })
  t.same((await other(path)).body, documented)
})

t.test('the customers list shows the service that each customer is known by', async t => {
  const call = await build(t)
  const rows = (await call("/ovoc/v1/topology/customers?detail=1&fields=customerId&filter=(customerSource='DM')")).body
  t.same(rows, { customers: [{ customerId: '20f45b4e-9389-4afd-bc0d-384f6d375810' }, { customerId: (await call('/ovoc/v1/topology/services/97747')).body.services[0].serviceId }] })
  t.same((await call("/ovoc/v1/topology/customers?fields=id&filter=(customerSource='STNG_REGIONAL')")).body, { customers: [{ id: 86502 }] })
  t.equal((await call("/ovoc/v1/topology/customers?filter=(customerSource='LIVEHUB')")).status, 204)
  for (const customerSource of ['DM', 'OC']) {
    const { body: { customers: [row] } } = await call(`/ovoc/v1/topology/customers?fields=id,customerSource,customerId&filter=(customerSource='${customerSource}')`)
    t.same((await call(`/ovoc/v1/topology/customers?fields=id,customerSource,customerId&filter=(customerId='${row.customerId}')`)).body, { customers: [row] })
  }
  t.same((await call("/ovoc/v1/topology/customers?filter=(id='86344')")).body, { customers: [{ id: 86344, url: '/ovoc/v1/topology/lcCustomers/86344', name: 'BlankSlate', description: null }] })
  t.same((await call("/ovoc/v1/topology/customers?fields=customerSource,customerId&filter=(id='86344')")).body, { customers: [{ customerSource: null, customerId: null }] })
})

t.test('the lcCustomers list returns customers without service fields, brief or full', async t => {
  const call = await build(t)
  const { status, body } = await call('/ovoc/v1/topology/lcCustomers')
  t.same([status, body.lcCustomers[0]], [200, { id: 85844, url: documented.url, name: 'Brad984', description: 'Brad984' }])
  t.equal((await call(`/ovoc/v1/topology/lcCustomers?detail=1&filter=(id='${documented.id}')`)).text, JSON.stringify({ lcCustomers: [documented] }))
})

t.test('a customer with two services of one type is listed with the service whose id the filter asks for', async t => {
  const call = await build(t)
  const listed = async (customerId: string) => (await call(`/ovoc/v1/topology/customers?fields=customerId&filter=(customerId='${customerId}')`)).body
  for (const customerId of ['7d796642-fa24-450a-a98f-eefc7165d244', '33863779-9fc1-4b2a-a8e8-1bc61375bf56']) t.same(await listed(customerId), { customers: [{ customerId }] })
})

t.test('the tests above call every operation on customers with success', async t => assertAllSucceeded(t, 'customers'))

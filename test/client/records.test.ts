import { bothWays } from './ways.ts'

bothWays('a record is put whole, past what OVOC itself would let change', async (t, ovoc) => {
  const { customers, url } = await ovoc.sandbox()
  const customer = await customers.get(85844)
  t.equal((await customers.put({ ...customer, status: 'WARNING' })).status, 'WARNING')
  t.match(await (await fetch(`${url}/ovoc/v1/topology/customers/85844`)).json(), { status: 'WARNING' })
})

bothWays('some fields are changed, objects merge by key', async (t, ovoc) => {
  const { customers } = await ovoc.sandbox()
  const before = await customers.get(85844)
  await customers.patch(85844, { contacts: { phone: '+1 555 0100' } })
  const patched = await customers.patch(85844, { contacts: { email: 'brad@example.com' } })
  t.same(patched, { ...before, contacts: { ...before.contacts, phone: '+1 555 0100', email: 'brad@example.com' } })
  t.same(await customers.get(85844), patched)
})

bothWays('a record is created with what is given, listed and deleted', async (t, ovoc) => {
  const { channels } = await ovoc.sandbox()
  const { id } = await channels.create({ name: 'Made by a test' })
  t.match((await channels.list()).find(entry => entry.id === id), { id, record: { id, name: 'Made by a test' } })
  await channels.delete(id)
  await t.rejects(channels.get(id), { name: 'OvocMockError', message: `there is no record ${id} in channels` })
  t.ok((await channels.create()).name)
})

bothWays('every resource can be set', async (t, ovoc) => {
  const { services, devices, calls, fwdRules, files, rejectedEndpoints } = await ovoc.sandbox()
  t.equal((await services.get(42712)).id, 42712)
  t.equal((await devices.patch(61204, { description: 'changed' })).description, 'changed')
  t.equal((await calls.create({ reportingNodeId: 61204 })).reportingNodeId, 61204)
  t.equal((await fwdRules.get(90311)).id, 90311)
  t.equal((await files.create({ name: 'a.cmp' })).name, 'a.cmp')
  const [first] = await rejectedEndpoints.list()
  t.same(await rejectedEndpoints.put({ mac: '00908f000000', error: null }, first?.id ?? 0), { mac: '00908f000000', error: null })
})

bothWays('records that refer to each other are put together', async (t, ovoc) => {
  const { customers, services, records } = await ovoc.sandbox()
  const customer = await customers.get(85844)
  const service = await services.get(42712)
  const owner = await customers.get(service.lcCustomerId as number)
  const without = { ...owner, attachedServices: owner.attachedServices.filter(id => id !== 42712) }
  const moved = { ...customer, attachedServices: [...customer.attachedServices, 42712] }
  t.equal(await records.put({ customers: [without, moved], services: [{ ...service, lcCustomerId: 85844 }] }), 3)
  t.same((await customers.get(85844)).attachedServices, moved.attachedServices)
})

bothWays('what would leave a relation dangling is refused with every problem', async (t, ovoc) => {
  const { customers } = await ovoc.sandbox()
  await t.rejects(customers.delete(85844), { name: 'OvocMockError', status: 409, message: /^relations would not hold after this: services.*; PUT \/__admin\/records changes records together/ })
  await t.rejects(customers.patch(85844, { status: 'FINE' as 'OK', name: 1 as unknown as string }), { message: /\/name must be .*; \/status must be one of "ERROR"/ })
})

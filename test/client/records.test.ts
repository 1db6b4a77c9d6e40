import t from 'tap'
import { start } from '../harness.ts'
import { bothWays } from './ways.ts'

bothWays("put replaces a full record, even where OVOC's own API would not", async (t, ovoc) => {
  const { customers, url } = await ovoc.sandbox()
  const customer = await customers.get(85844)
  t.equal((await customers.put({ ...customer, status: 'WARNING' })).status, 'WARNING')
  t.match(await (await fetch(`${url}/ovoc/v1/topology/customers/85844`)).json(), { status: 'WARNING' })
})

bothWays('patch changes some fields and merges objects by key', async (t, ovoc) => {
  const { customers } = await ovoc.sandbox()
  const before = await customers.get(85844)
  await customers.patch(85844, { contacts: { phone: '+1 555 0100' } })
  const patched = await customers.patch(85844, { contacts: { email: 'brad@example.com' } })
  t.same(patched, { ...before, contacts: { ...before.contacts, phone: '+1 555 0100', email: 'brad@example.com' } })
  t.same(await customers.get(85844), patched)
})

bothWays('a record can be created from some fields, listed and deleted', async (t, ovoc) => {
  const { channels } = await ovoc.sandbox()
  const { id } = await channels.create({ name: 'Made by a test' })
  t.match((await channels.list()).find(channel => channel.id === id), { id, name: 'Made by a test' })
  await channels.delete(id)
  await t.rejects(channels.get(id), { name: 'OvocMockError', message: `there is no record ${id} in channels` })
  t.ok((await channels.create()).name)
})

bothWays('records of every resource can be set', async (t, ovoc) => {
  const { services, devices, calls, fwdRules, files, rejectedEndpoints } = await ovoc.sandbox()
  t.equal((await services.get(42712)).id, 42712)
  t.equal((await devices.patch(61204, { description: 'changed' })).description, 'changed')
  t.equal((await calls.create({ reportingNodeId: 61204 })).reportingNodeId, 61204)
  t.equal((await fwdRules.get(90311)).id, 90311)
  t.equal((await files.create({ name: 'a.cmp' })).name, 'a.cmp')
  const [first] = await rejectedEndpoints.list()
  t.same(await rejectedEndpoints.put({ mac: '00908f000000', error: null }, first?.id ?? 0), { mac: '00908f000000', error: null })
})

bothWays('records that refer to each other can be put together', async (t, ovoc) => {
  const { customers, services, records } = await ovoc.sandbox()
  const customer = await customers.get(85844)
  const service = await services.get(42712)
  const owner = await customers.get(service.lcCustomerId as number)
  const without = { ...owner, attachedServices: owner.attachedServices.filter(id => id !== 42712) }
  const moved = { ...customer, attachedServices: [...customer.attachedServices, 42712] }
  t.equal(await records.put({ customers: [without, moved], services: [{ ...service, lcCustomerId: 85844 }] }), 3)
  t.same((await customers.get(85844)).attachedServices, moved.attachedServices)
})

bothWays('a change that would break relations is rejected with every problem', async (t, ovoc) => {
  const { customers } = await ovoc.sandbox()
  await t.rejects(customers.delete(85844), { name: 'OvocMockError', status: 409, message: /^relations would not hold after this: services.*; customers\.delete\(85844, \{ cascade: true \}\) changes what refers to it/ })
  await t.rejects(customers.patch(85844, { status: 'FINE' as 'OK', name: 1 as unknown as string }), { message: /\/name must be .*; \/status must be one of "ERROR"/ })
})

bothWays('cascade deletes a record that others need, and the error without it says so', async (t, ovoc) => {
  const { customers, services, devices, calls, fwdRules, channels } = await ovoc.sandbox()
  const { attachedServices, channelId } = await customers.get(85844)
  await t.rejects(customers.delete(85844), { status: 409, message: /; customers\.delete\(85844, \{ cascade: true \}\) changes what refers to it$/ })
  await customers.delete(85844, { cascade: true })
  t.notOk((await customers.list()).some(({ id }) => id === 85844))
  t.same((await services.list()).filter(({ id }) => attachedServices.includes(id)).map(({ lcCustomerId }) => lcCustomerId), attachedServices.map(() => null))
  await t.rejects(customers.patch(79192, { attachedServices: [] }), { message: /; records\.put changes records together$/ })

  // Customers can do without a channel, and services and rules without a device. Calls can't.
  for (const { id } of await channels.list()) await channels.delete(id, { cascade: true })
  t.same([...new Set((await customers.list()).map(customer => customer.channelId))], [null], `${channelId}`)
  for (const { id } of await devices.list()) await devices.delete(id, { cascade: true })
  t.same(await calls.list(), [])
  t.same((await services.list()).flatMap(({ attachedDevices, elementsCount }) => [...attachedDevices, elementsCount.devices]).filter(count => count > 0), [])
  t.ok((await fwdRules.list()).every(({ alarmDevicesFilter }) => !alarmDevicesFilter?.some(id => id > 0)))
})

bothWays('clear empties a resource or a sandbox, and a reset brings its records back', async (t, ovoc) => {
  const sandbox = await ovoc.sandbox()
  const { customers, services, files, records } = sandbox
  await files.clear()
  t.same(await files.list(), [])
  await t.rejects(services.clear(), { message: /; services\.clear\(\{ cascade: true \}\) changes what refers to it$/ })
  await services.clear({ cascade: true })
  t.same([(await services.list()).length, (await customers.list()).flatMap(({ attachedServices }) => attachedServices)], [0, []])
  await records.clear()
  t.same(await (await fetch(`${sandbox.url}/ovoc/v1/topology/customers`)).json(), { customers: [] })
  const { id } = await customers.create({ name: 'OnlyOne' })
  t.same((await customers.list()).map(({ name }) => name), ['OnlyOne'])
  t.equal((await fetch(`${sandbox.url}/ovoc/v1/topology/customers/${id}`)).status, 200)
  await sandbox.snapshots.take('one')
  await sandbox.reset()
  t.ok((await customers.list()).length > 8)
  await sandbox.snapshots.restore('one')
  t.equal((await customers.list()).length, 1)
})

bothWays('records can be set and deleted together', async (t, ovoc) => {
  const { customers, services, records } = await ovoc.sandbox()
  const { attachedServices } = await customers.get(85844)
  t.equal(await records.put({ delete: { customers: [85844], services: attachedServices } }), 1 + attachedServices.length)
  await t.rejects(customers.get(85844), { message: 'there is no record 85844 in customers' })
  await t.rejects(services.get(attachedServices[0] as number), { message: /there is no record/ })
  await t.rejects(records.put({ delete: { customers: [79192, 85844] } }), { message: 'the body is not valid: /delete/customers/1 must be the id of a record in customers, got 85844' })
  t.equal((await customers.get(79192)).id, 79192)
  await t.rejects(records.put({ delete: { customers: [79192], unknown: [1] } as never }), { message: /\/delete\/unknown is not a known field/ })
})

t.test('a resource with very many records is not deleted one by one', async t => {
  const { customers, records } = await (await start(t, { customers: 20_000 })).sandbox()
  await t.rejects(customers.clear({ cascade: true }), { status: 409, message: 'at most 1000 records can be deleted one by one, got 20008; DELETE /__admin/records empties the whole sandbox' })
  await records.clear()
  t.same(await customers.list(), [])
})

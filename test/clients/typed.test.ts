import createClient from 'openapi-fetch'
import t from 'tap'
import { reach } from '../harness.ts'
import type { paths } from './ovoc.d.ts'

t.test('a client with types from the document reads, changes and lists customers without a cast', async t => {
  const url = await reach(t)
  const client = createClient<paths>({ baseUrl: `${url}/ovoc/v1` })
  const verified = await client.PUT('/topology/customers/{id}', { params: { path: { id: 85844 } } })
  t.equal(verified.data?.contacts.email, null)
  const changed = await client.PUT('/topology/customers/{id}', { params: { path: { id: 85844 } }, body: { contacts: { email: 'brad@example.com' } } })
  t.equal(changed.data?.contacts.email, 'brad@example.com')
  const listed = await client.GET('/topology/lcCustomers', { params: { query: { detail: '1', filter: "(name='Brad984')" } } })
  t.same(listed.data?.lcCustomers.map(({ id }) => id), [85844])
  const missing = await client.GET('/topology/lcCustomers/{id}', { params: { path: { id: 1 } } })
  t.equal(missing.error?.description, 'there is no customer with id 1')
})

t.test('a client with types from the document adds a channel and reads every other resource', async t => {
  const url = await reach(t)
  const client = createClient<paths>({ baseUrl: `${url}/ovoc/v1` })
  const channel = await client.POST('/topology/channels', { body: { name: 'Typed', tenantId: 868, msTenantId: 'f79a7f93-5ef7-47d2-92c8-e4570503cec3' } })
  const made = await client.GET('/topology/channels/{id}', { params: { path: { id: channel.data?.id as number } } })
  t.same([made.data?.name, made.data?.services.OC.enabled], ['Typed', true])
  t.equal((await client.GET('/topology/channels', { params: { query: { filter: "(name='Typed')" } } })).data?.channels.length, 1)
  const known = await client.GET('/topology/customers', { params: { query: { fields: 'customerId', filter: "(customerSource='OC')" } } })
  t.type(known.data?.customers[0]?.customerId, 'string')
  const services = await client.GET('/topology/services/{id}', { params: { path: { id: 42712 } } })
  t.equal(services.data?.services[0]?.deviceManagerParams?.devicesCount.meeting, 15)
  t.equal((await client.GET('/topology/services', { params: { query: { allDetails: false } } })).data?.services[0]?.id, 42712)
  const calls = await client.GET('/callsMonitor/calls')
  const call = await client.GET('/callsMonitor/calls/{id}', { params: { path: { id: calls.data?.calls[0]?.id as number } } })
  const device = await client.GET('/topology/devices/{id}', { params: { path: { id: call.data?.reportingNodeId as number } } })
  const found = await client.GET('/topology/devices', { params: { query: { filter: `(ipAddress='${device.data?.ipAddress}')` } } })
  t.same(found.data?.devices.map(({ id }) => id), [device.data?.id])
  t.match((await client.GET('/topology/rejectedEndpoints')).data?.rejectedEndpoints[0]?.mac, /^00908f/)
})

t.test('a client with types from the document adds, changes, finds and deletes a forwarding rule, and deletes a file', async t => {
  const url = await reach(t)
  const client = createClient<paths>({ baseUrl: `${url}/ovoc/v1` })
  const { data } = await client.POST('/alarms/fwdRules', { body: { name: 'Typed', ruleDestType: 'SYSLOG', destSyslog: { syslogServerIP: '10.0.0.9', syslogServerPort: 514 } } })
  const path = { id: data?.id as number }
  t.equal((await client.PUT('/alarms/fwdRules/{id}', { params: { path }, body: { destSyslog: { syslogServerPort: 515 } } })).data?.destSyslog.syslogServerPort, 515)
  t.equal((await client.GET('/alarms/fwdRules', { params: { query: { filter: "(name='Typed')" } } })).data?.fwdRules[0]?.id, path.id)
  t.equal((await client.DELETE('/alarms/fwdRules/{id}', { params: { path } })).response.status, 200)
  t.equal((await client.GET('/alarms/fwdRules/{id}', { params: { path } })).error?.description, `there is no forwarding rule with id ${path.id}`)
  const files = await client.GET('/swManager/files', { params: { query: { detail: '1', filter: "(id='90501')" } } })
  t.equal((await client.DELETE('/swManager/files/{id}', { params: { path: { id: files.data?.files[0]?.id as number } } })).response.status, 200)
})

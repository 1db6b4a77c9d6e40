import { readFileSync } from 'node:fs'
import t from 'tap'
import type { FwdRule, FwdRuleCreation } from '../../src/index.ts'
import { assertAllSucceeded } from '../described.ts'
import { build, fixtureProblems } from '../harness.ts'

const records: FwdRule[] = JSON.parse(readFileSync('fixtures/fwdRules.json', 'utf8'))
const list = '/ovoc/v1/alarms/fwdRules'
const device = records.flatMap(({ alarmDevicesFilter }) => alarmDevicesFilter ?? [])[0] as number

const observed: FwdRuleCreation = {
  name: 'Forward Connection Lost from 10.1.2.3',
  tenantId: -1,
  ruleDestType: 'SYSLOG',
  destSyslog: { syslogServerIP: '10.0.0.9', syslogServerPort: 20001 },
  forwardType: 'ALLOW',
  alarmTenantsFilter: [],
  alarmRegionsFilter: [],
  alarmEndpointsFilter: [],
  alarmSitesFilter: [],
  alarmDevicesFilter: [device],
  alarmNamesFilter: ['acEMSNodeConnectionLostAlarm']
}

t.test('every bundled rule is returned at its url as in the file', async t => {
  const call = await build(t)
  for (const record of records) t.equal((await call(record.url)).text, JSON.stringify(record))
  t.same((await call(`${list}?detail=1`)).body, { fwdRules: records })
})

t.test('a program in use can create, find, change and delete a rule', async t => {
  const call = await build(t)
  const found = `${list}?filter=(name='${observed.name}')`
  t.equal((await call(found)).status, 204)
  const created = await call(list, { method: 'POST', body: observed })
  const { id, url } = created.body
  t.same([created.status, created.body], [201, { id, url: `${list}/${id}` }])
  t.same((await call(url)).body, { id, url, ...observed })
  t.same((await call(found)).body, { fwdRules: [{ id, url, name: observed.name }] })
  const changed = await call(url, { method: 'PUT', body: { alarmDevicesFilter: null, destSyslog: { syslogServerPort: 514 } } })
  t.same([changed.status, changed.body], [200, { id, url, ...observed, alarmDevicesFilter: null, destSyslog: { syslogServerIP: '10.0.0.9', syslogServerPort: 514 } }])
  t.same((await call(url)).body, changed.body)
  const deleted = await call(url, { method: 'DELETE' })
  t.same([deleted.status, deleted.text], [200, '{}'])
  for (const method of ['GET', 'PUT', 'DELETE']) t.equal((await call(url, { method, ...method === 'PUT' && { body: {} } })).status, 404)
  t.equal((await call(found)).status, 204)
})

t.test('a bundled rule can be deleted, and the count goes down', async t => {
  const call = await build(t)
  await call(`${list}/${records[0]?.id}`, { method: 'DELETE' })
  t.same((await call(`${list}?detail=1`)).body, { fwdRules: records.slice(1) })
  t.equal((await call('/__admin/health')).body.counts.fwdRules, records.length - 1)
})

t.test('a new rule defaults to the system tenant, no filters and ALLOW', async t => {
  const call = await build(t)
  const { body: { id, url } } = await call(list, { method: 'POST', body: { name: 'All', ruleDestType: 'SYSLOG', destSyslog: observed.destSyslog } })
  const expected = {
    id,
    url,
    name: 'All',
    tenantId: -1,
    ruleDestType: 'SYSLOG',
    destSyslog: observed.destSyslog,
    forwardType: 'ALLOW',
    ...Object.fromEntries(['Tenants', 'Regions', 'Endpoints', 'Sites', 'Devices', 'Names'].map(kind => [`alarm${kind}Filter`, null]))
  }
  t.equal((await call(url)).text, JSON.stringify(expected))
})

t.test('two rules may have the same name', async t => {
  const call = await build(t)
  const ids = [await call(list, { method: 'POST', body: observed }), await call(list, { method: 'POST', body: observed })].map(({ body }) => body.id)
  t.equal(ids[1], ids[0] + 1)
})

t.test('a wrong new rule is a 400 that names every problem', async t => {
  const call = await build(t)
  const destSyslog = { syslogServerIP: 'ten', syslogServerPort: 0 }
  const body = { ...observed, name: undefined, id: 5, tenantId: -2, ruleDestType: 'MAIL', destSyslog, alarmSitesFilter: 'all', alarmDevicesFilter: [0] }
  const { status, body: { description } } = await call(list, { method: 'POST', body })
  t.equal(status, 400)
  for (const problem of [
    '/name is missing', '/id is not a known field', '/tenantId must be a whole number from -1 to 9007199254740991 other than 0, got -2',
    '/ruleDestType must be one of "SYSLOG", got "MAIL"', '/destSyslog/syslogServerIP must be an IPv4 or IPv6 address, got "ten"',
    '/destSyslog/syslogServerPort must be a whole number from 1 to 65535, got 0', '/alarmSitesFilter must be a list or null, got "all"',
    '/alarmDevicesFilter/0 must be a whole number from 1 to 9007199254740991, got 0'
  ]) t.match(description, problem)
})

t.test('one response reports problems of the schema, of read-only fields and of device ids', async t => {
  const call = await build(t)
  const problems = async (path: string, method: string, body: object) => (await call(path, { method, body })).body.description
  t.equal(await problems(records[0]?.url as string, 'PUT', { id: 4, name: 5, alarmDevicesFilter: [1, 'x'] }),
    'the body is not valid: /name must be a name that is not blank, got 5; /alarmDevicesFilter/1 must be a whole number from 1 to 9007199254740991, got "x"; /id is read-only and must be left out or stay 90311; /alarmDevicesFilter/0 must be the id of a device, got 1')
  t.equal(await problems(list, 'POST', { ...observed, name: 5, alarmDevicesFilter: [1] }), 'the body is not valid: /name must be a name that is not blank, got 5; /alarmDevicesFilter/0 must be the id of a device, got 1')
  t.equal(await problems(list, 'POST', { ...observed, alarmDevicesFilter: 'all' }), 'the body is not valid: /alarmDevicesFilter must be a list or null, got "all"')
  t.equal(await problems(`${list}/1`, 'PUT', { id: 4, name: 5 }), 'the body is not valid: /name must be a name that is not blank, got 5')
  t.match(await problems(list, 'POST', { ...observed, alarmDevicesFilter: Array(2000).fill(1) }), /\/alarmDevicesFilter\/99 must be the id of a device, got 1; and 1900 more$/)
})

t.test('the name of a rule must not be blank, and its tenant must not be 0', async t => {
  const call = await build(t)
  for (const [path, method] of [[list, 'POST'], [records[0]?.url, 'PUT']] as Array<[string, string]>) {
    for (const name of ['', ' \t']) {
      const { status, body } = await call(path, { method, body: { ...method === 'POST' && observed, name, tenantId: 0 } })
      t.same([status, body.description], [400, `the body is not valid: /name must be a name that is not blank, got ${JSON.stringify(name)}; /tenantId must be a whole number from -1 to 9007199254740991 other than 0, got 0`])
    }
    t.ok((await call(path, { method, body: { ...method === 'POST' && observed, tenantId: 1 } })).status < 300)
  }
})

t.test('the syslog server of a rule must be an IPv4 or IPv6 address', async t => {
  const call = await build(t)
  const statusOf = async (syslogServerIP: string) => (await call(records[0]?.url as string, { method: 'PUT', body: { destSyslog: { syslogServerIP } } })).status
  for (const address of ['0.0.0.0', '255.255.255.255', '2001:db8::9', '::ffff:192.0.2.1']) t.equal(await statusOf(address), 200, address)
  for (const address of ['', '10.0.0', '10.0.0.256', '10.0.0.9 ', '10.0.0.1.1', 'host.example', '12:', 'x::1']) t.equal(await statusOf(address), 400, address)
})

t.test('a device that does not exist is a 400 that names it and changes no rule', async t => {
  const call = await build(t)
  const description = 'the body is not valid: /alarmDevicesFilter/1 must be the id of a device, got 5; /alarmDevicesFilter/2 must be the id of a device, got 6'
  for (const [path, method] of [[list, 'POST'], [records[0]?.url, 'PUT']] as Array<[string, string]>) {
    const answer = await call(path, { method, body: { ...method === 'POST' && observed, alarmDevicesFilter: [device, 5, 6] } })
    t.same([answer.status, answer.body], [400, { description }], method)
  }
  t.same((await call(`${list}?detail=1`)).body, { fwdRules: records })
})

t.test('without a devices file, a rule may keep its devices but not get new ones', async t => {
  const rule = { ...records[0] as FwdRule, alarmDevicesFilter: [5, 6] }
  const call = await build(t, { fixtures: t.testdir({ 'fwdRules.json': JSON.stringify([rule]) }) })
  t.same((await call(rule.url, { method: 'PUT', body: rule })).body, rule)
  const put = (alarmDevicesFilter: number[]) => call(rule.url, { method: 'PUT', body: { alarmDevicesFilter } })
  t.equal((await put([6, 7])).body.description, 'the body is not valid: /alarmDevicesFilter/1 must be the id of a device, got 7')
  t.same((await put([6])).body, { ...rule, alarmDevicesFilter: [6] })
})

t.test('POST and PUT of a rule without a body are a 400', async t => {
  const call = await build(t)
  for (const [path, method] of [[list, 'POST'], [records[0]?.url, 'PUT']] as Array<[string, string]>) {
    for (const given of [{}, { text: '', headers: { 'content-type': 'application/json' } }]) {
      const answer = await call(path, { method, ...given })
      t.same([answer.status, answer.body], [400, { description: 'the body must be a JSON object, got none' }], method)
    }
  }
})

t.test('a full rule may be sent back, but not with another id or url', async t => {
  const call = await build(t)
  const [first] = records as [FwdRule]
  t.same((await call(first.url, { method: 'PUT', body: { ...first, name: 'Renamed' } })).body, { ...first, name: 'Renamed' })
  const answer = await call(first.url, { method: 'PUT', body: { id: 1, url: '/x', name: 'Lost' } })
  t.same([answer.status, answer.body], [400, { description: `the body is not valid: /id is read-only and must be left out or stay ${first.id}; /url is read-only and must be left out or stay "${first.url}"` }])
  t.equal((await call(first.url)).body.name, 'Renamed')
})

t.test('a deleted rule stays deleted even if every id has a rule', async t => {
  const call = await build(t, { unknownIds: 'generate' })
  const { body: { url } } = await call(list, { method: 'POST', body: { ...observed, alarmDevicesFilter: [4711] } })
  t.equal((await call(`${list}/4711`)).body.url, `${list}/4711`)
  for (const path of [url, `${list}/4711`]) {
    t.equal((await call(path, { method: 'DELETE' })).status, 200)
    t.equal((await call(path)).status, 404)
  }
  t.equal((await call('/__admin/health')).body.counts.fwdRules, records.length)
})

t.test('fixtures are rejected if a rule names an unknown device or has a wrong url', async t => {
  const [first] = records
  const problems = await fixtureProblems(t, {
    'fwdRules.json': JSON.stringify([{ ...first, alarmDevicesFilter: [device, 5], url: '/x' }]),
    'devices.json': readFileSync('fixtures/devices.json', 'utf8')
  })
  t.same(problems, [
    `fwdRules.json: record ${first?.id}: /url must be "${first?.url}", got "/x"`,
    `fwdRules.json: record ${first?.id}: /alarmDevicesFilter/1 must be the id of a record in devices.json, got 5`
  ])
})

t.test('the tests above call every operation on fwdRules with success', async t => assertAllSucceeded(t, 'fwdRules'))

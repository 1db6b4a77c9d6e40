import { readFileSync, readdirSync } from 'node:fs'
import t from 'tap'
import type { Channel, Customer, Device, Service } from '../../src/index.ts'
import { build, fixtureProblems } from '../harness.ts'

const read = (name: string) => JSON.parse(readFileSync(`fixtures/${name}.json`, 'utf8'))
const customers: Customer[] = read('customers')
const channels: Channel[] = read('channels')
const services: Service[] = read('services')
const [customer, channel, service] = [customers, channels, services].map(records => records[0]) as [Customer, Channel, Service]
const bundled = Object.fromEntries(readdirSync('fixtures').filter(name => name.endsWith('.json')).map(name => [name, readFileSync(`fixtures/${name}`, 'utf8')]))
const owner = customers.find(({ id }) => id === service.lcCustomerId) as Customer

t.test('every id in a bundled record leads to a record that refers back', async t => {
  assertRelated(t, customers, channels, services)
  t.ok(services.every(({ lcCustomerId }) => customers.some(({ id }) => id === lcCustomerId)))
})

t.test('every id in a generated record leads to a record that refers back', async t => {
  const call = await build(t, { customers: 500 })
  const list = async (path: string, name: string) => (await call(`/ovoc/v1/topology/${path}?detail=1`)).body[name]
  const [some, theirChannels, theirServices] = [await list('lcCustomers', 'lcCustomers'), await list('channels', 'channels'), await list('services', 'services')]
  t.equal(some.length, 508)
  assertRelated(t, some, theirChannels, theirServices)
  t.equal(theirServices.length, some.flatMap(({ attachedServices }: Customer) => attachedServices).length)
  t.equal(theirChannels.length, channels.length + Math.ceil(500 / 16))
})

t.test('a generated service is returned at its path, and the customers list shows it for its customer', async t => {
  const call = await build(t, { customers: 20 })
  const rows: Service[] = (await call('/ovoc/v1/topology/services')).body.services
  for (const row of rows.slice(-5)) {
    t.same((await call(`/ovoc/v1/topology/services/${row.id}`)).body.services, [row])
    const filter = `fields=id,customerId&filter=(customerSource='${row.serviceSource}')`
    t.match((await call(`/ovoc/v1/topology/customers?${filter}`)).text, `{"id":${row.lcCustomerId},"customerId":"${row.serviceId}"}`)
  }
})

t.test('with --unknown-ids generate, records missing from a single file are generated and refer back', async t => {
  const lone = async (name: string, records: object[]) => build(t, { unknownIds: 'generate', fixtures: t.testdir({ [`${name}.json`]: JSON.stringify(records) }) })
  const fromCustomers = await lone('customers', customers)
  for (const { id, attachedServices } of customers) {
    for (const serviceId of attachedServices) t.match((await fromCustomers(`/ovoc/v1/topology/services/${serviceId}`)).body.services, [{ id: serviceId, lcCustomerId: id }])
  }
  const fromServices = await lone('services', services)
  for (const { id, attachedServices } of customers) t.same((await fromServices(`/ovoc/v1/topology/customers/${id}`)).body.attachedServices, attachedServices)
  t.match((await fromServices('/ovoc/v1/topology/services/7')).body.services, [{ lcCustomerId: null }])
  t.same((await (await lone('services', [{ ...service, lcCustomerId: null }]))('/ovoc/v1/topology/customers')).body, { customers: [] })
})

t.test('a reference to a missing record, or to one that does not refer back, is an error', async t => {
  t.same(await fixtureProblems(t, {
    'customers.json': JSON.stringify([{ ...customer, channelId: 5, attachedServices: [6] }, { ...owner, attachedServices: [97674], channelId: null }]),
    'channels.json': JSON.stringify([channel]),
    'services.json': JSON.stringify([service, { ...services[1], lcCustomerId: 7 }])
  }), [
    'customers.json: record 85844: /attachedServices/0 must be the id of a record in services.json, got 6',
    'customers.json: record 85844: /channelId must be the id of a record in channels.json, got 5',
    'customers.json: record 79192: /attachedServices/0 must be the id of a record in services.json that has lcCustomerId 79192, got 97674',
    'services.json: record 42712: /lcCustomerId must be the id of a record in customers.json that has 42712 in attachedServices, got 79192',
    'services.json: record 97674: /lcCustomerId must be the id of a record in customers.json, got 7'
  ])
})

t.test('records of a missing file may exist elsewhere, but records missing from an empty file may not', async t => {
  t.same(await fixtureProblems(t, { 'customers.json': JSON.stringify([{ ...owner, channelId: null }]), 'services.json': '[]' }), [
    'customers.json: record 79192: /attachedServices/0 must be the id of a record in services.json, got 42712'
  ])
  const served = { ...service, lcCustomerId: null, attachedDevices: [61204], elementsCount: { total: 2, devices: 1, links: 0, sites: 1 } }
  t.same(await fixtureProblems(t, { 'services.json': JSON.stringify([served]), 'devices.json': '[]' }), [
    'services.json: record 42712: /attachedDevices/0 must be the id of a record in devices.json, got 61204'
  ])
})

t.test('an unreadable file causes no problems in files that refer to its records', async t => {
  t.same(await fixtureProblems(t, { 'customers.json': JSON.stringify([owner]), 'services.json': '{}' }), ['services.json: it must be a list of records, {"services":[…]} or one record, got an object'])
})

t.test('a missing or wrong field is a problem of that field alone', async t => {
  const related: Array<[string, string, number]> = [
    ['customers', 'attachedServices', 79192], ['services', 'lcCustomerId', 42712], ['services', 'attachedDevices', 97711], ['services', 'elementsCount', 97711], ['channels', 'services', 52262],
    ['calls', 'reportingNodeId', 98101], ['fwdRules', 'alarmDevicesFilter', 90311], ['services', 'deviceManagerParams', 42712], ['customers', 'applicationsStatus', 79192],
    ...['customers', 'channels', 'services', 'devices', 'calls', 'fwdRules'].flatMap(name => read(name).slice(0, 1).map(({ id, url }: Device) => [name, url === undefined ? 'fullName' : 'url', id]))
  ]
  for (const [name, field, id] of related) {
    const changed = (change: (record: Record<string, unknown>) => object) => ({ ...bundled, [`${name}.json`]: JSON.stringify(read(name).map((record: { id: number }) => record.id === id ? change(record as object as Record<string, unknown>) : record)) })
    t.match(await fixtureProblems(t, changed(({ [field]: _, ...rest }) => rest)), [new RegExp(`^${name}.json: record ${id}: /${field} is missing(; write (null|\\[\\]) if there is none)?$`)])
    t.match(await fixtureProblems(t, changed(record => ({ ...record, [field]: 5.5 }))), [new RegExp(`^${name}.json: record ${id}: /${field} must be `)])
  }
})

t.test('an id in quotes is a problem of its record alone', async t => {
  for (const name of ['customers', 'channels', 'services', 'devices']) {
    const records = read(name).map((record: { id: number }, index: number) => index === 0 ? { ...record, id: String(record.id) } : record)
    t.match(await fixtureProblems(t, { ...bundled, [`${name}.json`]: JSON.stringify(records) }), [/^\w+\.json: record at index 0: \/id must be a whole number from 1 to 9007199254740991, got "\d+"$/])
  }
})

t.test('one error reports problems of schemas, sums and relations', async t => {
  t.same(await fixtureProblems(t, {
    'customers.json': JSON.stringify([{ ...owner, name: 5, url: '/x', channelId: 7, attachedServices: [42712, 9] }, { id: 'x' }, {}]),
    'channels.json': JSON.stringify([channel]),
    'services.json': JSON.stringify([{ ...service, fullName: 5, elementsCount: { ...service.elementsCount, sites: 0 } }])
  }).then(problems => problems.filter(problem => !problem.includes('index'))), [
    'customers.json: record 79192: /name must be a string, got 5',
    'customers.json: record 79192: /url must be "/ovoc/v1/topology/lcCustomers/79192", got "/x"',
    'customers.json: record 79192: /attachedServices/1 must be the id of a record in services.json, got 9',
    'customers.json: record 79192: /channelId must be the id of a record in channels.json, got 7',
    'services.json: record 42712: /fullName must be a string or null, got 5',
    'services.json: record 42712: /elementsCount/total must be 0, got 1',
    'services.json: record 42712: /elementsCount/sites must be 1, got 0'
  ])
})

t.test('one error reports a count that is no number together with the sums that are wrong', async t => {
  const counts = (elementsCount: object, others = {}) => {
    return fixtureProblems(t, { 'services.json': JSON.stringify([{ ...service, lcCustomerId: null, ...others, elementsCount }]) })
  }
  const { elementsCount } = service
  const at = 'services.json: record 42712: /elementsCount'
  t.same(await counts({ ...elementsCount, total: '1', sites: 5 }), [
    `${at}/total must be a whole number from 0 to 9007199254740991, got "1"`, `${at}/sites must be 1, got 5`
  ])
  t.same(await counts({ ...elementsCount, total: 5, sites: null }), [`${at}/sites must be a whole number from 0 to 9007199254740991, got null`])
  t.same(await counts({ total: 2, devices: 2, links: 0 }), [`${at}/sites is missing`, `${at}/devices must be 0, got 2`])
  t.same(await counts({ ...elementsCount, links: 2, ports: 1 }), [
    `${at}/ports is not a known field; known are total, devices, links, sites (the option unknown-fields keeps such fields)`,
    `${at}/total must be 3, got 1`, `${at}/links must be 0, got 2`
  ])
  const params = { ...service.deviceManagerParams, maxDevicesPersonal: '100', devicesCount: { meeting: 15 }, disconnectedDevices: null, serviceDeviceUrl: 5, devicesPercentageMeeting: 8 }
  t.same((await counts(elementsCount, { deviceManagerParams: params })).map(problem => problem.split(': ')[2]), [
    '/deviceManagerParams/devicesCount/personal is missing',
    '/deviceManagerParams/maxDevicesPersonal must be a whole number from 0 to 9007199254740991, got "100"',
    '/deviceManagerParams/serviceDeviceUrl must be a string or null, got 5',
    '/deviceManagerParams/disconnectedDevices must be an object, got null',
    '/deviceManagerParams/devicesPercentageMeeting must be 7, got 8'
  ])
})

t.test('the number of services of a channel is compared only if each is known', async t => {
  const others = { ...channel.services, OC: { ...channel.services.OC, enabled: 'yes' } }
  const problems = await fixtureProblems(t, { 'channels.json': JSON.stringify([{ ...channel, services: others, servicesNumber: 99 }]) })
  t.same(problems, ['channels.json: record 1315855: /services/OC/enabled must be true or false, got "yes"'])
})

t.test('a service or device that is attached twice, to one record or to two, is an error', async t => {
  const twice = { ...owner, channelId: null, attachedServices: [42712, 42712] }
  const other = { ...customer, channelId: null, attachedServices: [42712] }
  const attached = (id: number, attachedDevices: number[]) => ({ ...service, id, lcCustomerId: null, attachedDevices, attachedSites: [], elementsCount: { total: attachedDevices.length, devices: attachedDevices.length, links: 0, sites: 0 } })
  t.same(await fixtureProblems(t, { 'customers.json': JSON.stringify([twice, other]) }), [
    'customers.json: record 79192: /attachedServices/1 must appear only once, got 42712 again',
    'customers.json: record 85844: /attachedServices/0 must appear in only one record, got 42712, which record 79192 also has'
  ])
  t.same(await fixtureProblems(t, { 'services.json': JSON.stringify([attached(7, [1, 2, 1]), attached(8, [3, 2])]) }), [
    'services.json: record 7: /attachedDevices/2 must appear only once, got 1 again',
    'services.json: record 8: /attachedDevices/1 must appear in only one record, got 2, which record 7 also has'
  ])
})

t.test('topology nodes must not share an id, but a file may have the id of a node', async t => {
  const [device] = read('devices') as [Device]
  const asCustomer = { ...device, id: owner.id, url: `/ovoc/v1/topology/devices/${owner.id}` }
  t.same(await fixtureProblems(t, { 'customers.json': JSON.stringify([owner]), 'devices.json': JSON.stringify([asCustomer]) }), [
    'devices.json: record 79192: /id must not be the id of another topology node, got 79192, which is also in customers.json'
  ])
  const [file] = read('files')
  const call = await build(t, { fixtures: t.testdir({ 'customers.json': JSON.stringify([owner]), 'files.json': JSON.stringify([{ ...file, id: owner.id }]) }) })
  t.equal((await call('/ovoc/v1/swManager/files?fields=id')).body.files[0].id, owner.id)
})

t.test('wrong numbers in a channel are errors', async t => {
  const strange = { ...channel, servicesNumber: 9, url: '/ovoc/v1/topology/channels/1' }
  t.same(await fixtureProblems(t, { 'channels.json': JSON.stringify([strange]) }), [
    'channels.json: record 1315855: /url must be "/ovoc/v1/topology/channels/1315855", got "/ovoc/v1/topology/channels/1"',
    'channels.json: record 1315855: /servicesNumber must be 10, got 9'
  ])
})

t.test('wrong numbers in a service are errors', async t => {
  const strange = {
    ...service,
    elementsCount: { total: 5, devices: 1, links: 2, sites: 3 },
    deviceManagerParams: { ...service.deviceManagerParams, devicesPercentagePersonal: 6, devicesPercentageMeeting: 8, serviceDeviceUrl: 'https://sandbox.example/', disconnectedDevices: { personal: 12, meeting: 16 } }
  }
  t.same(await fixtureProblems(t, { 'services.json': JSON.stringify([strange]) }), [
    'services.json: record 42712: /elementsCount/total must be 6, got 5',
    'services.json: record 42712: /elementsCount/devices must be 0, got 1',
    'services.json: record 42712: /elementsCount/links must be 0, got 2',
    'services.json: record 42712: /elementsCount/sites must be 1, got 3',
    'services.json: record 42712: /deviceManagerParams/devicesPercentagePersonal must be 5, got 6',
    'services.json: record 42712: /deviceManagerParams/devicesPercentageMeeting must be 7, got 8',
    'services.json: record 42712: /deviceManagerParams/disconnectedDevices/personal must be 11 at most, since there are no more devices, got 12',
    'services.json: record 42712: /deviceManagerParams/disconnectedDevices/meeting must be 15 at most, since there are no more devices, got 16',
    'services.json: record 42712: /deviceManagerParams/serviceDeviceUrl must be an address that has 20f45b4e-9389-4afd-bc0d-384f6d375810 in it, got "https://sandbox.example/"'
  ])
})

t.test('a device manager may have no address yet, and may allow no devices', async t => {
  const params = { ...service.deviceManagerParams, maxDevicesPersonal: 0, devicesPercentagePersonal: 0, devicesCount: { personal: 0, meeting: 15 }, disconnectedDevices: { personal: 0, meeting: 15 } }
  const made = [{ ...service, deviceManagerParams: { ...params, serviceDeviceUrl: null } }, { ...service, id: 42714, serviceId: null, deviceManagerParams: params }]
  const call = await build(t, { fixtures: t.testdir({ 'services.json': JSON.stringify(made) }) })
  t.same((await call('/ovoc/v1/topology/services')).body, { services: made })
})

function assertRelated (t: { fail (message: string): unknown }, customers: Customer[], channels: Channel[], services: Service[]): void {
  const byId = new Map(services.map(service => [service.id, service]))
  const channelIds = new Set(channels.map(({ id }) => id))
  for (const { id, attachedServices, channelId } of customers) {
    if (channelId !== null && !channelIds.has(channelId)) t.fail(`channel ${channelId} of customer ${id}`)
    for (const serviceId of attachedServices) if (byId.get(serviceId)?.lcCustomerId !== id) t.fail(`service ${serviceId} of customer ${id}`)
  }
}

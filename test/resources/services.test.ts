import { readFileSync } from 'node:fs'
import t from 'tap'
import { generateRecords } from '../../src/index.ts'
import type { Service } from '../../src/index.ts'
import { assertAllSucceeded } from '../described.ts'
import { build } from '../harness.ts'

const records: Service[] = JSON.parse(readFileSync('fixtures/services.json', 'utf8'))
const documented = records[0] as Service
const path = '/ovoc/v1/topology/services'

t.test('the documented service is returned in a list of one, its keys in the documented order, at every base path', async t => {
  const call = await build(t)
  t.equal(documented.id, 42712)
  for (const basePath of ['', '/api', '/tenantui/api']) {
    for (const slash of ['', '/']) t.equal((await call(`${basePath}${path}/42712${slash}`)).text, JSON.stringify({ services: [documented] }))
  }
})

t.test('the service list returns full records with and without detail', async t => {
  const call = await build(t)
  for (const query of ['', '/', '?detail=1', '?detail=0']) t.equal((await call(`${path}${query}`)).text, JSON.stringify({ services: records }), query)
})

t.test('the service list accepts fields and a filter', async t => {
  const call = await build(t)
  t.same((await call(`${path}?fields=id,serviceSource&filter=(lcCustomerId='85844')`)).body, { services: [{ id: 97674, serviceSource: 'OC' }] })
  t.equal((await call(`${path}?filter=(fullName='Nobody')`)).status, 204)
  t.match((await call(`${path}?filter=(elementsCount='1')`)).body.description, ': filter must have one of lcCustomerId')
})

t.test('allDetails must be true or false, on the list and on a single service', async t => {
  const call = await build(t)
  for (const target of [path, `${path}/42712`]) {
    const plain = await call(target)
    for (const value of ['true', 'false']) t.equal((await call(`${target}?allDetails=${value}`)).text, plain.text, value)
    const wrong = await call(`${target}?allDetails=1`)
    t.same([wrong.status, wrong.body.description], [400, 'the query is not valid: allDetails must be true or false, got "1"'])
    t.match((await call(`${target}?allDetail=true`)).body.description, ': allDetail is not a known parameter; did you mean "allDetails"?')
  }
  t.match((await call(`${path}/42712?detail=1`)).body.description, ': detail is not a known parameter')
})

t.test('an unknown service is a 404 that names the id', async t => {
  const call = await build(t)
  const answer = await call(`${path}/7`)
  t.same([answer.status, answer.body], [404, { description: 'there is no service with id 7' }])
})

t.test('the bundled services cover the cases that a frontend has to show', async t => {
  const has = (name: string, test: (record: Service) => boolean) => t.ok(records.some(test), name)
  t.equal(new Set(records.map(({ serviceSource }) => serviceSource)).size, 11)
  t.equal(new Set(records.map(({ serviceId }) => serviceId)).size, records.length)
  for (const status of ['ERROR', 'WARNING', 'OK', 'UNMONITORED']) has(status, record => record.applicationsStatus.management.managementStatus === status)
  has('a disabled service', ({ disabledTime }) => disabledTime !== null)
  has('a service without a site', ({ attachedSites }) => attachedSites.length === 0)
  has('numbers in use', ({ usedDIDs, freeDIDs }) => usedDIDs > 0 && freeDIDs > 0)
  has('users', ({ usersCount }) => usersCount !== null)
})

t.test('generated services are plausible', async t => {
  const services = [...await generateRecords('services', { count: 1000, seed: 3 })] as Service[]
  for (const { id, deviceManagerParams: params, serviceSource, serviceId, elementsCount, attachedDevices } of services) {
    if ((params !== null) !== (serviceSource === 'DM')) t.fail(`device manager of ${id}`)
    if (elementsCount.devices !== attachedDevices.length || elementsCount.total !== elementsCount.devices) t.fail(`elements of ${id}`)
    if (params === null) continue
    if (params.devicesPercentageMeeting !== Math.floor(100 * params.devicesCount.meeting / params.maxDevicesMeeting)) t.fail(`percentage of ${id}`)
    if (params.disconnectedDevices.personal > params.devicesCount.personal || params.devicesCount.personal > params.maxDevicesPersonal) t.fail(`devices of ${id}`)
    if (!params.serviceDeviceUrl?.includes(serviceId as string)) t.fail(`url of ${id}`)
  }
  const share = (source: string) => services.filter(({ serviceSource }) => serviceSource === source).length / services.length
  t.ok(share('DM') > 0.1 && share('LTC') > 0.1 && share('OC') > 0.1)
})

t.test('a generated service outside of every customer has no customer and no devices', async t => {
  const call = await build(t, { unknownIds: 'generate' })
  t.match((await call(`${path}/7`)).body.services, [{ id: 7, lcCustomerId: null, attachedDevices: [], elementsCount: { total: 0 } }])
})

t.test('the tests above call every operation on services with success', async t => assertAllSucceeded(t, 'services'))

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { FixtureProblems, buildApp } from '../../src/index.ts'
import type { Options } from '../../src/index.ts'
import { listPaths } from '../described.ts'
import { build, fixtureProblems, run } from '../harness.ts'
import type { Client } from '../harness.ts'

const read = (name: string) => JSON.parse(readFileSync(`fixtures/${name}.json`, 'utf8'))
const [customer] = read('customers')
const [service] = read('services')
const owned = { ...customer, attachedServices: [], channelId: null }
const nameOf = (path: string) => path.split('/').at(-1) as string

const original = await build(t, { customers: 2 })
const answerOf = async (path: string) => (await original(`/ovoc/v1${path}`)).text

/** Returns the problems of one file of fixtures. */
async function problemsOf (t: Test, content: unknown, options: Partial<Options> = {}): Promise<readonly string[]> {
  const fixtures = join(t.testdir({ 'world.json': JSON.stringify(content) }), 'world.json')
  const error = await buildApp({ fixtures, ...options }).catch(error => error)
  if (error instanceof FixtureProblems) return error.problems
  throw new Error('the fixtures were taken', { cause: error })
}

async function same (t: Test, call: Client, path: string): Promise<void> {
  t.same((await call(`/ovoc/v1${path}`)).body, JSON.parse(await answerOf(path)), path)
}

/** All full lists, one per resource. Of the two customer lists it is the one with list-only fields. */
const lists = listPaths.filter(path => !path.endsWith('/lcCustomers'))

t.test('full lists of a server, saved in a folder, are served unchanged', async t => {
  for (const own of ['customers', 'lcCustomers']) {
    const paths = listPaths.filter(path => !nameOf(path).endsWith('ustomers') || nameOf(path) === own)
    const files = await Promise.all(paths.map(async path => [`${nameOf(path)}.json`, await answerOf(`${path}?detail=1`)]))
    const call = await build(t, { fixtures: t.testdir(Object.fromEntries(files)) })
    for (const path of listPaths) {
      await same(t, call, `${path}?detail=1`)
      await same(t, call, path)
    }
  }
})

t.test('full lists of a server, saved in one file, are served unchanged', async t => {
  const texts = await Promise.all(lists.map(path => answerOf(`${path}?detail=1`)))
  const fixtures = join(t.testdir({}), 'world.json')
  writeFileSync(fixtures, JSON.stringify(Object.assign({}, ...texts.map(text => JSON.parse(text)))))
  const call = await build(t, { fixtures })
  for (const path of listPaths) await same(t, call, `${path}?detail=1`)
})

t.test('a list that is full without detail can be saved so, and is served unchanged', async t => {
  const whole: string[] = []
  for (const path of lists) {
    const text = await answerOf(path)
    if (text !== await answerOf(`${path}?detail=1`)) continue
    whole.push(nameOf(path))
    await same(t, await build(t, { fixtures: t.testdir({ [`${nameOf(path)}.json`]: text }) }), path)
  }
  t.same(whole.sort(), ['files', 'rejectedEndpoints', 'services'])
})

t.test('a single record of a server, saved in a folder or as the only file, is served unchanged', async t => {
  const paths = [...lists, '/topology/lcCustomers']
  for (const path of paths) {
    const records: Array<{ id?: number }> = JSON.parse(await answerOf(`${path}?detail=1`))[nameOf(path)]
    for (const { id } of [records.at(0), records.at(-1)] as Array<{ id?: number }>) {
      const single = await original(`/ovoc/v1${path}/${id}`)
      // Software files and rejected endpoints have no path to a single record.
      if (single.status !== 200) continue
      const folder = t.testdir({ [`${nameOf(path)}.json`]: single.text })
      for (const fixtures of [folder, join(folder, `${nameOf(path)}.json`)]) {
        const call = await build(t, { fixtures })
        await same(t, call, `${path}/${id}`)
        t.equal(Object.values((await call(`/ovoc/v1${path}`)).body as Record<string, unknown[]>)[0]?.length, 1)
      }
    }
  }
})

t.test('in a single fixtures file, the key lcCustomers holds customers', async t => {
  const fixtures = join(t.testdir({ 'world.json': await answerOf('/topology/lcCustomers?detail=1') }), 'world.json')
  const call = await build(t, { fixtures })
  await same(t, call, '/topology/lcCustomers?detail=1')
  t.same(await problemsOf(t, { lcCustomers: [{ ...owned, status: 'FINE' }] }), [
    'lcCustomers: record 85844: /status must be one of "ERROR", "WARNING", "OK", "UNMONITORED", got "FINE"'
  ])
})

t.test('customers.json and lcCustomers.json accept a list under either name', async t => {
  for (const file of ['customers.json', 'lcCustomers.json']) {
    for (const key of ['customers', 'lcCustomers']) {
      const call = await build(t, { fixtures: t.testdir({ [file]: JSON.stringify({ [key]: [owned] }) }) })
      t.same((await call('/ovoc/v1/topology/customers/85844')).body, owned)
    }
  }
})

t.test('two lists of the same resource are an error that names both', async t => {
  t.same(await fixtureProblems(t, { 'customers.json': '[]', 'lcCustomers.json': '[]' }), [
    'lcCustomers.json: holds the same resource as customers.json; keep one of them'
  ])
  t.same(await problemsOf(t, { customers: [], lcCustomers: [] }), [
    'lcCustomers: holds the same resource as customers; keep one of them'
  ])
})

t.test('a file that is not a list, a list response or a record is an error that says what it holds', async t => {
  const complaint = 'customers.json: it must be a list of records, {"customers":[…]} or one record, got an object'
  for (const content of [{}, { custmers: [] }, { services: [] }, { customers: {} }, { customers: [], services: [] }]) {
    t.same(await fixtureProblems(t, { 'customers.json': JSON.stringify(content) }), [complaint], JSON.stringify(content))
  }
  t.match(await fixtureProblems(t, { 'customers.json': '5' }), [/ or one record, got 5$/])
  t.match(await fixtureProblems(t, { 'customers.json': JSON.stringify({ ...owned, status: 'FINE' }) }), [
    /^customers.json: record 85844: \/status must be one of /
  ])
})

t.test('a file with one record is read as the resource with the closest schema', async t => {
  t.same(await problemsOf(t, { ...owned, status: 'FINE' }), [
    'customers: record 85844: /status must be one of "ERROR", "WARNING", "OK", "UNMONITORED", got "FINE"'
  ])
  t.same(await problemsOf(t, { ...owned, customerSource: 'OC' }), [
    'customers: record 85844: /customerSource must be null, since attachedServices is empty, got "OC"'
  ])
  t.same(await problemsOf(t, { services: {} }), ['services: it must be a list of records, got an object'])
  t.match(await problemsOf(t, []), ['it must be an object of lists by resource, or one record, got a list'])
})

t.test('list-only fields must be consistent with the record', async t => {
  const attached = { ...service, attachedSites: [], attachedDevices: [], elementsCount: { total: 0, devices: 0, links: 0, sites: 0 } }
  const other = { ...attached, id: 7, serviceId: null }
  const listed = (fields: object) => ({
    'customers.json': JSON.stringify([{ ...owned, id: 79192, url: '/ovoc/v1/topology/lcCustomers/79192', attachedServices: [42712, 7], ...fields }]),
    'services.json': JSON.stringify([attached, other])
  })
  for (const { serviceSource, serviceId } of [attached, other]) {
    for (const fields of [{ customerSource: serviceSource, customerId: serviceId }, { customerId: serviceId }]) {
      const call = await build(t, { fixtures: t.testdir(listed(fields)) })
      t.notOk('customerId' in (await call('/ovoc/v1/topology/customers/79192')).body)
    }
  }
  t.same(await fixtureProblems(t, listed({ customerSource: attached.serviceSource, customerId: 'x' })), [
    'customers.json: record 79192: /customerId must be the serviceId of a record in attachedServices, got "x"'
  ])
  t.same(await fixtureProblems(t, { 'customers.json': JSON.stringify([{ ...owned, customerId: 'x', customerSource: null }]), 'services.json': '[]' }), [
    'customers.json: record 85844: /customerId must be null, since attachedServices is empty, got "x"'
  ])
  // Without a file of services, the field can't be checked.
  t.match(await (await build(t, { fixtures: t.testdir({ 'customers.json': listed({ customerId: 'x' })['customers.json'] }) }))('/ovoc/v1/topology/customers/79192'), { status: 200 })
  // A schema problem is reported alone.
  t.match(await fixtureProblems(t, { ...listed({ attachedServices: 5, customerId: 'x' }), 'services.json': '[]' }), [/attachedServices must be a list, got 5$/])
  t.match(await fixtureProblems(t, { ...listed({ customerId: 'x' }), 'services.json': JSON.stringify([{ ...attached, serviceId: 5 }, other]) }), [/serviceId must be a GUID in lower case or null, got 5/])
})

t.test('other fields that a list response lacks are not dropped silently', async t => {
  t.match(await fixtureProblems(t, { 'customers.json': JSON.stringify({ customers: [{ ...owned, serviceId: 'x' }] }) }), [
    /^customers.json: record 85844: \/serviceId is not a known field/
  ])
})

const stranger = { ...owned, newVendorField: { list: [1, 'two'] }, contacts: { ...owned.contacts, fax: null } }

t.test('unknown fields are rejected, and each file names once the option that keeps them', async t => {
  const strange = { ...stranger, id: 6, url: '/ovoc/v1/topology/lcCustomers/6' }
  const problems = await fixtureProblems(t, {
    'customers.json': JSON.stringify([stranger, strange]), 'files.json': JSON.stringify([{ id: 5, name: 'a', description: null, size: 1 }])
  })
  t.equal(problems.length, 5)
  const hint = / \(the option unknown-fields keeps such fields\)$/
  t.same(problems.filter(problem => hint.test(problem)).map(problem => problem.split(' is ')[0]), [
    'customers.json: record 85844: /newVendorField', 'files.json: record 5: /size'
  ])
})

t.test('with unknown-fields keep, unknown fields are served unchanged', async t => {
  const fixtures = t.testdir({ 'customers.json': JSON.stringify({ customers: [{ ...stranger, customerSource: null, customerId: null }] }) })
  // The document does not describe these responses, so the test calls the app without the check against it.
  const app = await buildApp({ fixtures, unknownFields: 'keep' })
  t.teardown(() => app.close())
  const ask = async (method: 'GET' | 'PUT' | 'PATCH', url: string, payload?: object) =>
    (await app.inject({ method, url, ...payload && { payload } })).json()
  const path = '/ovoc/v1/topology/lcCustomers/85844'
  t.same(await ask('GET', path), stranger)
  t.same(await ask('PUT', path), stranger)
  t.same(await ask('GET', '/ovoc/v1/topology/lcCustomers?detail=1'), { lcCustomers: [stranger] })
  t.same(await ask('GET', '/ovoc/v1/topology/customers?detail=1'), { customers: [{ ...stranger, customerSource: null, customerId: null }] })
  t.same(await ask('GET', '/ovoc/v1/topology/lcCustomers'), { lcCustomers: [Object.fromEntries(['id', 'url', 'name', 'description'].map(name => [name, stranger[name]]))] })

  t.same(await ask('PUT', path, { description: 'changed' }), { ...stranger, description: 'changed' })
  const patched = { ...stranger, description: 'changed', status: 'OK' }
  t.same(await ask('PATCH', '/__admin/records/customers/85844', { status: 'OK' }), patched)
  t.same(await ask('PUT', '/__admin/records/customers/85844', patched), patched)
  t.match((await ask('PUT', '/__admin/records/customers/85844', { ...patched, status: 'FINE' })).problems, [/^\/status must be one of /])
})

t.test('with unknown-fields keep, unknown fields also stay in files of one record, values, reloads and snapshots', async t => {
  const path = '/ovoc/v1/topology/lcCustomers/85844'
  const folder = t.testdir({ 'world.json': JSON.stringify(stranger) })
  for (const fixtures of [join(folder, 'world.json'), { customers: [stranger] }]) {
    const app = await buildApp({ fixtures, unknownFields: 'keep' })
    t.teardown(() => app.close())
    const ask = async (method: 'GET' | 'PUT' | 'PATCH' | 'POST', url: string, payload?: object) =>
      (await app.inject({ method, url, ...payload && { payload } })).json()
    t.same(await ask('GET', path), stranger)
    const changed = await ask('PATCH', '/__admin/records/customers/85844', { newVendorField: 'changed' })
    t.same(changed, { ...stranger, newVendorField: 'changed' })
    await ask('POST', '/__admin/snapshots/kept')
    t.same((await ask('GET', '/__admin/snapshots/kept/fixtures')).customers, [changed])
    await ask('PATCH', '/__admin/records/customers/85844', { newVendorField: 'again' })
    await ask('POST', '/__admin/snapshots/kept/restore')
    t.same(await ask('GET', path), changed)

    await ask('POST', '/__admin/fixtures/reload')
    t.same(await ask('GET', path), changed)
    await ask('POST', '/__admin/reset')
    t.same(await ask('GET', path), stranger)
    await ask('PUT', '/__admin/records', { customers: [changed] })
    t.same(await ask('GET', path), changed)
  }
})

t.test('with unknown-fields keep, all other checks are as strict as before', async t => {
  const deep = JSON.parse('['.repeat(1000) + ']'.repeat(1000))
  const { definedAt, ...rest } = stranger
  t.same(await problemsOf(t, { customers: [{ ...rest, status: 'FINE', note: '\u0000' }], files: [{ id: 5, name: 'a', description: null, deep }] }, { unknownFields: 'keep' }), [
    'customers: record 85844: /definedAt is missing',
    'customers: record 85844: /status must be one of "ERROR", "WARNING", "OK", "UNMONITORED", got "FINE"',
    'customers: record 85844: /note must be a text without control characters and unpaired surrogates, got "\\u0000"',
    'files: record 5: /deep must be nested no more than 100 levels deep, the body included'
  ])
})

t.test('the command accepts --unknown-fields', async t => {
  const fixtures = t.testdir({ 'customers.json': JSON.stringify([stranger]) })
  const { code, stderr } = await run(t, ['--fixtures', fixtures, '--port', '0', '--unknown-fields', 'refuse'])
  t.equal(code, 2)
  t.match(stderr, ' (--unknown-fields keeps such fields)')
})

t.test('the problem of a missing field names the empty value that is allowed', async t => {
  const { logoId, attachedServices, services, contacts: { phone, ...contacts }, name, applicationsStatus, ...rest } = owned
  t.same(await fixtureProblems(t, { 'customers.json': JSON.stringify({ ...rest, contacts }) }), [
    'customers.json: record 85844: /services is missing; write {} if there is none',
    'customers.json: record 85844: /applicationsStatus is missing',
    'customers.json: record 85844: /attachedServices is missing; write [] if there is none',
    'customers.json: record 85844: /name is missing',
    'customers.json: record 85844: /logoId is missing; write null if there is none',
    'customers.json: record 85844: /contacts/phone is missing; write null if there is none'
  ])
})

t.test('files that look like fixtures but are not read are named in the error', async t => {
  const lone = async (file: string) => fixtureProblems(t, { 'files.json': '[]', 'README.md': '', '.customers.json': '', 'compose.yaml': '', 'customers.txt': '', [file]: '' })
  for (const file of ['customers.yaml', 'customers.yml', 'Customers.YAML', 'customers.JSON', 'lcCustomers.json5', 'calls.jsonc', 'notes.Json']) {
    t.same(await lone(file), [`${file}: is not read; fixtures are <resource>.json`])
  }
  t.same(await lone('Customers.json'), ['Customers.json: is not a resource\'s file; did you mean "customers.json"?'])
  t.same(await fixtureProblems(t, { 'customers.yaml': '' }), ['customers.yaml: is not read; fixtures are <resource>.json'])
})

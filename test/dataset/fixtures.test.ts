import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import { buildApp, resourceNames } from '../../src/index.ts'
import type { Customer } from '../../src/index.ts'
import { build, fixtureProblems } from '../harness.ts'

const records: Customer[] = JSON.parse(readFileSync('fixtures/customers.json', 'utf8'))

t.test('every bundled record is served as in its file', async t => {
  const call = await build(t)
  for (const record of records) {
    t.equal((await call(`/ovoc/v1/topology/customers/${record.id}`, { method: 'PUT' })).text, JSON.stringify(record))
  }
})

t.test('the bundled records pass every check of a fixtures folder, and are the same when passed as fixtures', async t => {
  const [bundled, given] = [await build(t), await build(t, { fixtures: 'fixtures' })]
  const names = readdirSync('fixtures').filter(name => name.endsWith('.json')).map(name => name.slice(0, -'.json'.length))
  t.same(names.sort(), [...resourceNames].sort())
  for (const name of names) {
    const { text, body: { records } } = await given(`/__admin/records/${name}`)
    t.not(records.length, 0, name)
    t.equal((await bundled(`/__admin/records/${name}`)).text, text, name)
  }
})

t.test('the bundled customers cover the cases that a frontend has to show', async t => {
  const has = (name: string, test: (record: Customer) => boolean) => t.ok(records.some(test), name)
  t.equal(records[0]?.id, 85844)
  t.ok(records.length >= 8)
  for (const status of ['ERROR', 'WARNING', 'OK', 'UNMONITORED']) has(status, record => record.status === status)
  has('contacts full', ({ contacts }) => Object.values(contacts).every(value => value !== null))
  has('contacts empty', ({ contacts }) => Object.values(contacts).every(value => value === null))
  has('no service', ({ services }) => Object.keys(services).length === 0)
  has('all eleven services in use', ({ services }) => Object.values(services).filter(service => service.meteringTag !== '').length === 11)
  has('many attached services', ({ attachedServices }) => attachedServices.length > 10)
  has('an Entra group', ({ adGroupId }) => adGroupId !== null)
  has('non-Latin letters', ({ fullName }) => /[\p{Script=Han}]/u.test(fullName ?? ''))
  has('200 characters', ({ fullName }) => fullName?.length === 200)
  has('neither channel nor logo', ({ channelId, logoId }) => channelId === null && logoId === null)
})

t.test('a fixtures folder replaces the bundled records', async t => {
  const call = await build(t, { fixtures: t.testdir({ 'customers.json': JSON.stringify([{ ...records[0], id: 7, url: '/ovoc/v1/topology/lcCustomers/7' }]), 'notes.txt': '' }) })
  t.equal((await call('/ovoc/v1/topology/customers/7')).body.name, 'Brad984')
  t.equal((await call('/ovoc/v1/topology/customers/85844')).status, 404)
})

t.test('one error reports every problem of every record: file, record, JSON pointer, expected, got', async t => {
  const [first, second] = records
  const problems = await fixtureProblems(t, {
    'customers.json': JSON.stringify([
      { ...first, status: 'FINE', extra: 1, contacts: { ...first?.contacts, email: 5 } },
      { ...second, url: '/elsewhere' }, second, { id: 9 }, 'text', null
    ])
  })
  const expected = [
    /^customers.json: record 85844: \/extra is not a known field/,
    /^customers.json: record 85844: \/contacts\/email must be a string or null, got 5$/,
    /^customers.json: record 85844: \/status must be one of "ERROR", "WARNING", "OK", "UNMONITORED", got "FINE"$/,
    /^customers.json: record 79192: \/url must be "\/ovoc\/v1\/topology\/lcCustomers\/79192", got "\/elsewhere"$/,
    /^customers.json: record 79192: \/id must be unique, got 79192 again$/,
    /^customers.json: record 9: \/definedAt is missing$/,
    /^customers.json: record at index 4: must be an object, got "text"$/,
    /^customers.json: record at index 5: must be an object, got null$/
  ]
  for (const problem of expected) t.ok(problems.some(text => problem.test(text)), String(problem))
})

t.test('a file without a list of records is an error that says what the file holds', async t => {
  t.same(await fixtureProblems(t, { 'customers.json': '[{]' }), ['customers.json: it is not JSON: property name expected at line 1, column 3'])
  const [unreadable] = await fixtureProblems(t, { 'customers.json': {} })
  t.equal(unreadable, "customers.json: it can't be read: it is not a regular file")
  t.match(await fixtureProblems(t, { 'customers.json': t.fixture('symlink', '/no/such/file') }), [/^customers.json: it can't be read: ENOENT/])
  t.match(await fixtureProblems(t, { 'customers.json': Buffer.from([0x5B, 0xE9, 0x5D]) }), ['customers.json: it can\'t be read: it is not UTF-8'])
  t.same(await fixtureProblems(t, { 'customers.json': '{}' }), ['customers.json: it must be a list of records, {"customers":[…]} or one record, got an object'])
})

t.test('a missing folder, an empty folder and an unknown file are errors that say so', async t => {
  const missing = await buildApp({ fixtures: '/no/such/folder' }).catch(error => error)
  t.match(missing.message, "the fixtures in /no/such/folder can't be served:\n  the folder can't be read: ENOENT")
  t.match(await fixtureProblems(t, {}), [/^it holds none of customers\.json, channels\.json, services\.json, /])
  t.same(await fixtureProblems(t, { 'customer.json': '[]' }), ['customer.json: is not a resource\'s file; did you mean "customers.json"?'])
})

t.test('a fixture that is not a regular file is an error, and thirty thousand problems fit into a short message', { skip: process.platform === 'win32' }, async t => {
  const problems = await fixtureProblems(t, { 'files.json': JSON.stringify(Array.from({ length: 30_000 }, () => ({}))) })
  t.same([problems.length, problems.at(-1)], [101, 'and 89900 more'])
  const folder = t.testdir({ fifo: {} })
  execFileSync('mkfifo', [join(folder, 'fifo/customers.json'), join(folder, 'all')])
  for (const fixtures of ['fifo', 'all', '/dev/null']) {
    await t.rejects(buildApp({ fixtures: resolve(folder, fixtures) }), { message: /it can't be read: it is not a regular file/ }, fixtures)
  }
  const pipe = join(folder, 'all')
  for (const options of [{ rule: [pipe] }, { tokenKey: pipe }, { https: true, tlsCert: pipe, tlsKey: pipe }]) {
    await t.rejects(buildApp(options), { message: /it is not a regular file/ }, JSON.stringify(options))
  }
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { FixtureProblems, buildApp } from '../../src/index.ts'
import { build, run } from '../harness.ts'

const [customer] = JSON.parse(readFileSync('fixtures/customers.json', 'utf8'))
const [service] = JSON.parse(readFileSync('fixtures/services.json', 'utf8'))

async function faultsOf (t: Test, content: string | Buffer): Promise<readonly string[]> {
  const fixtures = join(t.testdir({ 'world.json': content }), 'world.json')
  const error = await buildApp({ fixtures }).then(() => undefined, error => error)
  if (error instanceof FixtureProblems) return error.problems
  throw new Error('the fixtures were taken', { cause: error })
}

t.test('a file with lists by resource is served like a folder of files', async t => {
  const files = [{ id: 5, name: 'a', description: null }]
  const call = await build(t, { fixtures: join(t.testdir({ 'any name': JSON.stringify({ files, calls: [] }) }), 'any name') })
  t.same((await call('/ovoc/v1/swManager/files')).body, { files })
  t.same((await call('/ovoc/v1/topology/lcCustomers')).body, { lcCustomers: [] })
})

const strangers = (record: number) => customer.attachedServices.map((id: number, index: number) => `customers: record ${record}: /attachedServices/${index} must be the id of a record in services, got ${id}`)

t.test('one error reports every problem of every list in a file', async t => {
  t.same(await faultsOf(t, JSON.stringify({
    customers: [{ ...customer, status: 'FINE' }, { ...customer, id: 6, url: '/x' }],
    services: [{ ...service, lcCustomerId: 7 }],
    calls: {},
    custmers: []
  })), [
    'custmers: is not a resource; did you mean "customers"?',
    'customers: record 85844: /status must be one of "ERROR", "WARNING", "OK", "UNMONITORED", got "FINE"',
    ...strangers(85844),
    'customers: record 6: /url must be "/ovoc/v1/topology/lcCustomers/6", got "/x"',
    ...strangers(6),
    ...customer.attachedServices.map((id: number, index: number) => `customers: record 6: /attachedServices/${index} must appear in only one record, got ${id}, which record 85844 also has`),
    'services: record 42712: /lcCustomerId must be the id of a record in customers, got 7',
    'calls: it must be a list of records, got an object'
  ])
})

t.test('a file without an object of lists is an error that says what the file holds', async t => {
  t.same(await faultsOf(t, '[]'), ['it must be an object of lists by resource, or one record, got a list'])
  t.same(await faultsOf(t, '{"files":[}'), ['it is not JSON: value expected at line 1, column 11'])
  t.same(await faultsOf(t, '['.repeat(50_000)), ['it is not JSON: nested too deeply to be read'])
  const deep = `{"files":1,"files":2,"b":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
  t.same(await faultsOf(t, deep), ['it is ambiguous: the name "files" is repeated at line 1, column 12'])
  t.same(await faultsOf(t, `{"b":${'['.repeat(100_000)}${']'.repeat(100_000)},"files":1,"files":2}`), ['it is ambiguous: the name "files" is repeated at line 1, column 200017'])
  t.same(await faultsOf(t, '{"files":[],\n"files":[]}'), ['it is ambiguous: the name "files" is repeated at line 2, column 1'])
  t.same(await faultsOf(t, Buffer.from([0x7B, 0xE9])), ["it can't be read: it is not UTF-8"])
  t.match(await faultsOf(t, '{}'), [/^it holds none of customers, channels, services, /])
})

t.test("the command's error names the fixture file", async t => {
  const file = join(t.testdir({ 'world.json': '{"files":[{}]}' }), 'world.json')
  const { code, stderr } = await run(t, ['--fixtures', file, '--port', '0'])
  t.equal(code, 2)
  t.match(stderr, `the fixtures in ${file} can't be served:\n  files: record at index 0: /id is missing`)
})

import { readFileSync } from 'node:fs'
import t from 'tap'
import type { SoftwareFile } from '../../src/index.ts'
import { assertAllSucceeded } from '../described.ts'
import { build } from '../harness.ts'

const records: SoftwareFile[] = JSON.parse(readFileSync('fixtures/files.json', 'utf8'))
const list = '/ovoc/v1/swManager/files'

t.test('a file is found by its name, deleted by its id, and then there is 204', async t => {
  const call = await build(t)
  const [first] = records as [SoftwareFile]
  const found = `${list}?detail=1&filter=(name='${first.name}')`
  t.same((await call(found)).body, { files: [first] })
  const deleted = await call(`${list}/${first.id}`, { method: 'DELETE' })
  t.same([deleted.status, deleted.text], [200, '{}'])
  t.equal((await call(found)).status, 204)
  t.same((await call(`${list}?detail=1`)).body, { files: records.slice(1) })
})

t.test('an unknown file is a 404 that says which id', async t => {
  const call = await build(t)
  const answer = await call(`${list}/123`, { method: 'DELETE' })
  t.same([answer.status, answer.body], [404, { description: 'there is no file with id 123' }])
})

t.test('no program is known to get a single file', async t => {
  const call = await build(t)
  const answer = await call(`${list}/${records[0]?.id}`)
  t.same([answer.status, answer.headers.allow], [405, 'DELETE'])
})

t.test('where every id has a file, any can be deleted once', async t => {
  const call = await build(t, { unknownIds: 'generate' })
  const statuses = [await call(`${list}/4711`, { method: 'DELETE' }), await call(`${list}/4711`, { method: 'DELETE' })].map(({ status }) => status)
  t.same(statuses, [200, 404])
})

t.test('every operation on files was asked here, and succeeded', async t => assertAllSucceeded(t, 'files'))

import { readFileSync } from 'node:fs'
import t from 'tap'
import type { SoftwareFile } from '../../src/index.ts'
import { assertAllSucceeded } from '../described.ts'
import { build } from '../harness.ts'

const records: SoftwareFile[] = JSON.parse(readFileSync('fixtures/files.json', 'utf8'))
const list = '/ovoc/v1/swManager/files'

t.test('a file can be found by name and deleted by id; a search for it is then 204', async t => {
  const call = await build(t)
  const [first] = records as [SoftwareFile]
  const found = `${list}?detail=1&filter=(name='${first.name}')`
  t.same((await call(found)).body, { files: [first] })
  const deleted = await call(`${list}/${first.id}`, { method: 'DELETE' })
  t.same([deleted.status, deleted.text], [200, '{}'])
  t.equal((await call(found)).status, 204)
  t.same((await call(`${list}?detail=1`)).body, { files: records.slice(1) })
})

t.test('an unknown file is a 404 that names the id', async t => {
  const call = await build(t)
  const answer = await call(`${list}/123`, { method: 'DELETE' })
  t.same([answer.status, answer.body], [404, { description: 'there is no file with id 123' }])
})

t.test('GET of a single file is a 405, because no program is known to send it', async t => {
  const call = await build(t)
  const answer = await call(`${list}/${records[0]?.id}`)
  t.same([answer.status, answer.headers.allow], [405, 'DELETE'])
})

t.test('with generated unknown ids, any file can be deleted once', async t => {
  const call = await build(t, { unknownIds: 'generate' })
  const statuses = [await call(`${list}/4711`, { method: 'DELETE' }), await call(`${list}/4711`, { method: 'DELETE' })].map(({ status }) => status)
  t.same(statuses, [200, 404])
})

t.test('the tests above call every operation on files with success', async t => assertAllSucceeded(t, 'files'))

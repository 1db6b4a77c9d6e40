import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { connectOvocMock } from '../../src/index.ts'
import { start } from '../harness.ts'

t.test('fixtures are read again, all or nothing, and every sandbox begins anew', async t => {
  const folder = t.testdir({ 'files.json': '[{"id":5,"name":"a.cmp","description":null}]' })
  const write = (text: string) => writeFileSync(join(folder, 'files.json'), text)
  const ovoc = await start(t, { fixtures: folder })
  const sandbox = await ovoc.sandbox()
  const [file] = await ovoc.files.list()
  t.ok(file)
  await sandbox.files.clear()
  write(JSON.stringify([file, { ...file, id: 7 }]))
  await connectOvocMock(ovoc.url).reloadFixtures()
  await ovoc.reloadFixtures()
  t.same((await sandbox.files.list()).map(({ id }) => id), [5, 7])
  t.same((await ovoc.files.list()).map(({ id }) => id), [5, 7])

  write('[{"id":8,"description":null}]')
  await t.rejects(connectOvocMock(ovoc.url).reloadFixtures(), { name: 'OvocMockError', message: "the fixtures can't be served: files.json: record 8: /name is missing" })
  t.same((await ovoc.files.list()).map(({ id }) => id), [5, 7])
})

t.test('fixtures that leave no room for generated records are refused when they are read again', async t => {
  const folder = t.testdir({ 'files.json': '[]' })
  const ovoc = await start(t, { fixtures: folder, customers: 1 })
  writeFileSync(join(folder, 'files.json'), `[{"id":${Number.MAX_SAFE_INTEGER},"name":"a.cmp","description":null}]`)
  await t.rejects(ovoc.reloadFixtures(), { name: 'OvocMockError', message: /the fixtures can't be served: option customers must leave ids up to 9007199254740991/ })
})

import { writeFileSync } from 'node:fs'
import { start } from '../harness.ts'
import { bothWays } from './ways.ts'

bothWays('a state can be saved, restored and deleted', async (t, ovoc) => {
  const { customers, snapshots } = await ovoc.sandbox()
  await customers.patch(85844, { status: 'WARNING' })
  t.match(await snapshots.take('warned'), { name: 'warned', changes: 1 })
  await customers.patch(85844, { status: 'OK' })
  await snapshots.restore('warned')
  t.equal((await customers.get(85844)).status, 'WARNING')
  t.same(await snapshots.list(), [await snapshots.get('warned')])
  await snapshots.delete('warned')
  t.same(await snapshots.list(), [])
  await t.rejects(snapshots.restore('warned'), { name: 'OvocMockError', message: /^there is no snapshot warned/ })
})

bothWays('a snapshot can be used as a fixture file', async (t, ovoc) => {
  const { customers, snapshots } = await ovoc.sandbox()
  await customers.patch(85844, { status: 'WARNING' })
  await snapshots.take('warned')
  const file = `${t.testdir()}/warned.json`
  writeFileSync(file, JSON.stringify(await snapshots.fixtures('warned')))
  const copy = await (await start(t, { fixtures: file })).sandbox('default')
  t.same(await copy.customers.list(), await customers.list())
})

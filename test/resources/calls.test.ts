import { readFileSync } from 'node:fs'
import t from 'tap'
import type { Call } from '../../src/index.ts'
import { assertAllSucceeded } from '../described.ts'
import { build, fixtureProblems } from '../harness.ts'

const records: Call[] = JSON.parse(readFileSync('fixtures/calls.json', 'utf8'))
const list = '/ovoc/v1/callsMonitor/calls'

t.test('the call list has the id and url of each call, with and without a trailing slash', async t => {
  const call = await build(t)
  const brief = { calls: records.map(({ id, url }) => ({ id, url })) }
  for (const path of [list, `${list}/`]) t.same((await call(path)).body, brief)
  t.same((await call(`${list}?detail=1`)).body, { calls: records })
})

t.test('a call names the device that reported it, and that device exists', async t => {
  const call = await build(t)
  for (const record of records) {
    t.equal((await call(record.url)).text, JSON.stringify(record))
    t.equal((await call(`/ovoc/v1/topology/devices/${record.reportingNodeId}`)).status, 200)
  }
})

t.test('an unknown call is a 404 that names the id', async t => {
  const call = await build(t)
  const answer = await call(`${list}/123`)
  t.same([answer.status, answer.body], [404, { description: 'there is no call with id 123' }])
})

t.test('with 500 generated customers, the device of every call exists', async t => {
  const call = await build(t, { customers: 500, seed: 11 })
  const { calls } = (await call(`${list}?detail=1`)).body as { calls: Call[] }
  t.ok(calls.length > 1000)
  for (const { id, reportingNodeId } of calls) {
    const device = await call(`/ovoc/v1/topology/devices/${reportingNodeId}`)
    if (device.status !== 200) t.fail(`device of call ${id}`)
  }
})

t.test('with generated unknown ids, the device of any call exists', async t => {
  const call = await build(t, { unknownIds: 'generate' })
  for (const id of [1, 4711, Number.MAX_SAFE_INTEGER]) {
    const { reportingNodeId } = (await call(`${list}/${id}`)).body
    t.equal((await call(`/ovoc/v1/topology/devices/${reportingNodeId}`)).status, 200)
  }
})

t.test('fixtures are rejected if a call names an unknown device', async t => {
  const [first] = records
  const problems = await fixtureProblems(t, {
    'calls.json': JSON.stringify([{ ...first, reportingNodeId: 5 }]),
    'devices.json': readFileSync('fixtures/devices.json', 'utf8')
  })
  t.same(problems, [`calls.json: record ${first?.id}: /reportingNodeId must be the id of a record in devices.json, got 5`])
})

t.test('the tests above call every operation on calls with success', async t => assertAllSucceeded(t, 'calls'))

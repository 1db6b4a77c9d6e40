import { readFileSync } from 'node:fs'
import t from 'tap'
import { generateRecords } from '../../src/index.ts'
import type { RejectedEndpoint } from '../../src/index.ts'
import { assertAllSucceeded } from '../described.ts'
import { build, fixtureProblems } from '../harness.ts'

const records: RejectedEndpoint[] = JSON.parse(readFileSync('fixtures/rejectedEndpoints.json', 'utf8'))
const list = '/ovoc/v1/topology/rejectedEndpoints'

t.test('the list has MAC and error of each rejected endpoint, and a MAC may appear more than once', async t => {
  const call = await build(t)
  t.equal((await call(list)).text, JSON.stringify({ rejectedEndpoints: records }))
  t.same((await call(`${list}?detail=1`)).body, { rejectedEndpoints: records })
  t.ok(new Set(records.map(({ mac }) => mac)).size < records.length)
  t.ok(records.some(({ error }) => error === null))
  t.same((await call(`${list}?fields=error&filter=(mac='${records[0]?.mac}')`)).body.rejectedEndpoints[0], { error: records[0]?.error })
})

t.test('without rejected endpoints the list is 200 and empty', async t => {
  const call = await build(t, { fixtures: t.testdir({ 'rejectedEndpoints.json': '[]' }) })
  const { status, text } = await call(list)
  t.same([status, text], [200, '{"rejectedEndpoints":[]}'])
})

t.test('fixtures with a MAC in another spelling are rejected', async t => {
  const problems = await fixtureProblems(t, { 'rejectedEndpoints.json': JSON.stringify([records[0], { mac: '00:90:8F:9A:96:23', error: null }]) })
  t.same(problems, ['rejectedEndpoints.json: record at index 1: /mac must be a MAC address of twelve lower-case hexadecimal digits, got "00:90:8F:9A:96:23"'])
})

t.test('generated rejected endpoints are plausible', async t => {
  const generated = [...await generateRecords('rejectedEndpoints', { count: 50, seed: 1 })] as RejectedEndpoint[]
  t.equal(new Set(generated.map(({ mac }) => mac)).size, 50)
  t.ok(generated.every(({ mac }) => /^00908f[0-9a-f]{6}$/.test(mac)))
})

t.test('the tests above call every operation on rejectedEndpoints with success', async t => assertAllSucceeded(t, 'rejectedEndpoints'))

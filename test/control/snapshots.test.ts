import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import type { Options } from '../../src/index.ts'
import { listPaths } from '../described.ts'
import { build, start } from '../harness.ts'
import type { Client } from '../harness.ts'

const records = '/__admin/records'
const snapshots = '/__admin/snapshots'
const post = { method: 'POST' }
const path = '/ovoc/v1/topology/customers/85844'
const describe = (call: Client, description: string, sandbox = '') => call(`${sandbox}${path}`, { method: 'PUT', body: { description } })
const description = async (call: Client, sandbox = '') => (await call(`${sandbox}${path}`)).body.description

t.test('a snapshot can bring back records, sequence and clock again and again', async t => {
  const call = await build(t)
  await call('/__admin/clock', { method: 'PUT', body: { now: '2025-01-01T00:00:00Z', frozen: true } })
  await describe(call, 'kept')
  const { body: file } = await call(`${records}/files`, { ...post, body: {} })
  t.same(await call(`${snapshots}/before`, post).then(({ status, body }) => [status, body]), [201, { name: 'before', sandbox: 'default', changes: 2, createdAt: '2025-01-01T00:00:00.000Z' }])
  for (const round of ['one', 'two']) {
    await describe(call, round)
    await call(`${records}/files/${file.id}`, { method: 'DELETE' })
    t.equal((await call(`${records}/files`, { ...post, body: {} })).body.id, file.id + 1)
    await call('/__admin/clock', { method: 'PUT', body: { advance: 5 } })
    t.same((await call(`${snapshots}/before/restore`, post)).body, {})
    t.equal(await description(call), 'kept')
    t.same((await call(`${records}/files/${file.id}`)).body, file)
    t.equal((await call('/__admin/clock')).body.now, '2025-01-01T00:00:00.000Z')
  }
})

t.test('snapshots can be listed, replaced and deleted, and they survive a reset', async t => {
  const call = await build(t)
  t.same((await call(snapshots)).body, { snapshots: [] })
  await call(`${snapshots}/empty`, post)
  await describe(call, 'changed')
  t.match(await call(`${snapshots}/full`, post), { status: 201, body: { changes: 1 } })
  t.match(await call(`${snapshots}/empty`, post), { status: 200, body: { name: 'empty', changes: 1 } })
  await call('/__admin/reset', post)
  t.match((await call(snapshots)).body.snapshots, [{ name: 'empty', changes: 1 }, { name: 'full', changes: 1 }])
  t.match((await call(`${snapshots}/full`)).body, { name: 'full', changes: 1 })
  t.same((await call(`${snapshots}/full`, { method: 'DELETE' })).body, {})
  t.match((await call(`${snapshots}/full`)), { status: 404, body: { detail: 'there is no snapshot full; known are empty' } })
  t.match((await call(`${snapshots}/emty/restore`, post)), { status: 404, body: { detail: 'there is no snapshot emty; did you mean "empty"?' } })
  t.equal((await call(`${snapshots}/none`, { method: 'DELETE' })).status, 404)
  t.equal((await call(`${snapshots}/none/fixtures`)).status, 404)
  t.match((await call(`${snapshots}/a.b`, post)).body.problems, ['/name must be a name of 1 to 64 letters, digits, hyphens and underscores, got "a.b"'])
})

t.test('a sandbox has its own snapshots, at most a hundred', async t => {
  const call = await build(t)
  for (const name of ['one', 'two']) {
    await describe(call, name, `/__sandbox/${name}`)
    await call(`/__sandbox/${name}${snapshots}/mine`, post)
    await describe(call, 'later', `/__sandbox/${name}`)
  }
  t.same((await call(snapshots)).body, { snapshots: [] })
  await call(`/__sandbox/one${snapshots}/mine/restore`, post)
  t.same([await description(call, '/__sandbox/one'), await description(call, '/__sandbox/two')], ['one', 'later'])
  await call('/__admin/sandboxes/one', { method: 'DELETE' })
  t.equal((await call(`/__sandbox/one${snapshots}/mine`)).status, 404)
  for (let number = 0; number < 100; number++) await call(`${snapshots}/${number}`, post)
  const { status, body } = await call(`${snapshots}/more`, post)
  t.same([status, body.detail], [409, 'the sandbox has 100 snapshots, and keeps no more; delete one first'])
  t.equal((await call(`${snapshots}/0`, post)).status, 200)
})

t.test('the option fixtures accepts a downloaded snapshot and serves the same lists', async t => {
  const call = await build(t, { customers: 50, seed: 5 })
  await changeByHand(call)
  await call(`${snapshots}/by-hand`, post)
  const expected = await allLists(call)
  await call('/__admin/reset', post)
  const { status, headers, text } = await call(`${snapshots}/by-hand/fixtures`)
  t.match([status, headers['content-type']], [200, /^application\/json/])
  t.equal(await description(call), 'Brad984', 'the sandbox is as it was')
  const again = await serve(t, text)
  t.same(await allLists(again), expected)
  await again(`${snapshots}/again`, post)
  t.equal((await again(`${snapshots}/again/fixtures`)).text, text)
})

t.test('the ids of rules go on after a snapshot is restored', async t => {
  const call = await build(t)
  const add = async () => (await call('/__admin/rules', { ...post, body: { match: { path: '/never' }, status: 503 } })).body.rules[0].id
  t.same([await add(), await add()], [1, 2])
  await call(`${snapshots}/rules`, post)
  await call(`${snapshots}/rules/restore`, post)
  t.equal(await add(), 3)
  t.same((await call('/__admin/rules')).body.rules.map(({ id }: { id: number }) => id), [1, 2, 3])
})

/** Changes, creates and deletes fixtures and generated records, with OVOC's operations and with control requests. */
async function changeByHand (call: Client): Promise<void> {
  await describe(call, 'by hand')
  await call(`${records}/customers/2097152`, { method: 'PATCH', body: { status: 'WARNING' } })
  await call('/ovoc/v1/topology/channels', { ...post, body: { name: 'C', tenantId: 1, msTenantId: 'f79a7f93-5ef7-47d2-92c8-e4570503cec3' } })
  await call(`${records}/customers`, { ...post, body: { name: 'Created' } })
  await call(`${records}/rejectedEndpoints`, { ...post, body: { mac: '00908f123456' } })
  await call(`${records}/rejectedEndpoints/2`, { method: 'DELETE' })
  for (const { id } of (await call(`${records}/fwdRules`)).body.records) await call(`/ovoc/v1/alarms/fwdRules/${id}`, { method: 'DELETE' })
  const { records: calls } = (await call(`${records}/calls`)).body
  await call(`${records}/calls/${calls.at(-1).id}`, { method: 'DELETE' })
}

async function allLists (call: Client): Promise<string[]> {
  return Promise.all(listPaths.map(async path => (await call(`/ovoc/v1${path}?detail=1`)).text))
}

function serve (t: Test, text: string, options: Partial<Options> = {}): Promise<Client> {
  const fixtures = join(t.testdir({}), 'world.json')
  writeFileSync(fixtures, text)
  return build(t, { fixtures, ...options })
}

t.test('requests during the download of a large snapshot get their responses and do not change it', async t => {
  const { url } = await start(t, { customers: 3000 })
  await fetch(`${url}${snapshots}/large`, post)
  const download = await fetch(`${url}${snapshots}/large/fixtures`)
  const reader = download.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>
  const parts = [(await reader.read()).value as Uint8Array]
  await fetch(`${url}${path}`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"description":"meanwhile"}' })
  t.equal((await fetch(`${url}${records}/files`, { ...post, headers: { 'content-type': 'application/json' }, body: '{}' })).status, 201)
  await fetch(`${url}${snapshots}/large`, { method: 'DELETE' })
  for (;;) {
    const { value, done } = await reader.read()
    if (done) break
    parts.push(value)
  }
  const world = JSON.parse(Buffer.concat(parts).toString())
  t.same([world.customers.length, world.customers[0].description, world.files.length], [3008, 'Brad984', 3])
})

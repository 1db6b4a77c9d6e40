import t from 'tap'
import type { Test } from 'tap'
import { build } from '../harness.ts'
import type { Client } from '../harness.ts'

const post = { method: 'POST' }
const channels = '/ovoc/v1/topology/channels'
const full = 'the records, rules and snapshots of all sandboxes, and the bodies of requests that wait, may take up ' +
  '1048576 bytes together, and this would be more; reset or drop sandboxes, delete snapshots, or raise the option storage-bytes'

const store = (call: Client, sandbox = '', length = 59_000, letter = 'd') => {
  const msTenantId = 'f79a7f93-5ef7-47d2-92c8-e4570503cec3'
  const body = { name: 'x', tenantId: 1, msTenantId, description: letter.repeat(length) }
  return call(`${sandbox}${channels}`, { ...post, body })
}

async function fill (t: Test, call: Client, sandbox?: (count: number) => string): Promise<number> {
  for (let count = 0; ; count++) {
    const { status, body } = await store(call, sandbox?.(count))
    if (status === 201) continue
    t.same([status, body], [507, { description: full }])
    return count
  }
}

t.test('when storage is full, further changes are rejected and all other requests still work', async t => {
  const call = await build(t, { storageBytes: 2_097_152 })
  t.equal(await fill(t, call), 8)
  t.equal((await call(channels)).status, 200)
  t.equal((await call('/ovoc/v1/topology/customers/85844', { method: 'PUT', body: { description: 'small' } })).status, 200)
  t.equal((await store(call)).status, 507)
})

t.test('a creation that is refused takes no id', async t => {
  const call = await build(t, { storageBytes: 2_097_152 })
  const { body: { id } } = await store(call)
  t.equal(await fill(t, call), 7)
  t.equal((await store(call)).status, 507)
  t.equal((await call(`/__admin/records/channels/${id}`, { method: 'DELETE' })).status, 200)
  t.equal((await store(call)).body.id, id + 8)
})

t.test('a full server refuses deletions too', async t => {
  const files = Array.from({ length: 100 }, (_, index) => ({ id: index + 1, name: 'f', description: null }))
  const call = await build(t, { storageBytes: 2_097_152, fixtures: t.testdir({ 'files.json': JSON.stringify(files), 'channels.json': '[]' }) })
  for (const length of [59_000, 10_000, 1000, 1]) {
    let status = 201
    while (status === 201) ({ status } = await store(call, '', length))
    t.equal(status, 507)
  }
  let status = 200
  for (let id = 1; status === 200; id++) ({ status } = await call(`/ovoc/v1/swManager/files/${id}`, { method: 'DELETE' }))
  t.equal(status, 507)
})

t.test('letters beyond Latin-1 take up twice as much', async t => {
  const call = await build(t, { storageBytes: 2_097_152 })
  let count = 0
  while ((await store(call, '', 59_000, '漢')).status === 201) count++
  t.equal(count, 4)
})

t.test('the storage limit holds for all sandboxes together', async t => {
  const call = await build(t, { storageBytes: 2_097_152 })
  t.equal(await fill(t, call, count => `/__sandbox/s${count}`), 8)
})

t.test('a deletion, a reset or the drop of a sandbox frees storage', async t => {
  const call = await build(t, { storageBytes: 2_097_152 })
  const { body: { id } } = await store(call)
  t.equal(await fill(t, call), 7)
  t.equal((await call(`/__admin/records/channels/${id}`, { method: 'DELETE' })).status, 200)
  t.equal(await fill(t, call), 1)
  await call('/__admin/reset', post)
  t.equal(await fill(t, call, count => `/__sandbox/s${count}`), 8)
  await call('/__admin/sandboxes/s3', { method: 'DELETE' })
  t.equal(await fill(t, call), 1)
})

t.test('a snapshot uses storage only for its changes, and keeps it after a reset', async t => {
  const call = await build(t, { storageBytes: 2_097_152 })
  for (let count = 0; count < 3; count++) await store(call)
  for (let count = 0; count < 100; count++) t.equal((await call(`/__admin/snapshots/s${count}`, post)).status, 201)
  await call('/__admin/reset', post)
  t.equal(await fill(t, call), 3)
  for (let count = 0; count < 100; count++) await call(`/__admin/snapshots/s${count}`, { method: 'DELETE' })
  t.equal(await fill(t, call), 5)
})

t.test('a batch of records is stored completely or not at all if storage is short', async t => {
  const call = await build(t, { storageBytes: 2_097_152 })
  const endpoints = (count: number) => Array.from({ length: count }, (_, index) => ({ mac: index.toString(16).padStart(12, '0'), error: null }))
  const put = (count: number) => call('/__admin/records', { method: 'PUT', body: { rejectedEndpoints: endpoints(count) } })
  const before = (await call('/ovoc/v1/topology/rejectedEndpoints')).body.rejectedEndpoints.length
  t.match(await put(2000), { status: 507, body: { title: 'Insufficient Storage', status: 507, detail: full, problems: [full] } })
  t.equal((await call('/ovoc/v1/topology/rejectedEndpoints')).body.rejectedEndpoints.length, before)
  t.equal((await put(500)).status, 200)
})

t.test('snapshots with different changes are rejected when storage is full', async t => {
  const call = await build(t, { storageBytes: 2_097_152 })
  const statuses = []
  for (let count = 0; count < 100; count++) {
    await call('/ovoc/v1/topology/customers/85844', { method: 'PUT', body: { description: `${count}`.repeat(10_000) } })
    statuses.push((await call(`/__admin/snapshots/s${count}`, post)).status)
  }
  t.ok(statuses.includes(507))
})

t.test('rules use storage too', async t => {
  const call = await build(t, { storageBytes: 2_097_152 })
  const add = () => call('/__admin/rules', { ...post, body: { status: 500, body: 'd'.repeat(60_000) } })
  const statuses = []
  for (let count = 0; count < 10; count++) statuses.push((await add()).status)
  t.same(statuses, [...Array(8).fill(201), 507, 507])
  await call('/__admin/rules', { method: 'DELETE' })
  t.equal((await add()).status, 201)
})

t.test('what a request under way still uses takes up storage after a reset or a drop', async t => {
  await Promise.all(['', '/__sandbox/s'].map(async sandbox => {
    const call = await build(t, { storageBytes: 2_097_152 })
    t.equal(await fill(t, call, () => sandbox), 8)
    const delayed = call(`${sandbox}${channels}`, { headers: { prefer: 'wait=1' } })
    await call('/__admin/health')
    if (sandbox === '') await call('/__admin/reset', post)
    else await call('/__admin/sandboxes/s', { method: 'DELETE' })
    t.same((await store(call, '', 30_000)).body, { description: full })
    t.equal((await delayed).status, 200)
    t.equal(await fill(t, call), 8)
  }))
})

t.test('the body of a request that waits takes up storage until its response', async t => {
  const call = await build(t, { storageBytes: 2_097_152 })
  const body = { description: 'd'.repeat(60_000) }
  const path = '/ovoc/v1/topology/customers/85844'
  const send = (headers = {}) => call(path, { method: 'PUT', body, headers })
  const waiting = Array.from({ length: 4 }, () => send({ prefer: 'wait=1' }))
  const refused = await send({ prefer: 'wait=1' })
  t.same([refused.status, refused.body], [507, { description: full }])
  t.same((await Promise.all(waiting)).map(({ status }) => status), [200, 200, 200, 200])
  t.equal((await send({ prefer: 'wait=0' })).status, 200)
})

t.test('the match of a wait takes up storage until it ends', async t => {
  const call = await build(t, { storageBytes: 2_097_152 })
  const match = { query: Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`q${index}`, 'v'.repeat(1990)])) }
  const wait = () => call('/__admin/requests/wait', { ...post, body: { match, timeout: 100 } })
  const statuses = await Promise.all(Array.from({ length: 5 }, async () => (await wait()).status))
  t.same(statuses, [409, 409, 409, 409, 507])
  t.equal((await wait()).status, 409)
})

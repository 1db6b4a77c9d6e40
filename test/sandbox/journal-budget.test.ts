import t from 'tap'
import { basic } from '../callers.ts'
import { build } from '../harness.ts'
import type { Client } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'
/** Takes up about a fifth of the smallest journal that the option allows. */
const large = { method: 'PUT', body: { nam: 'x'.repeat(100_000) } }
const storageBytes = 2_097_152

async function send (call: Client, sandbox: string, times: number, request: object = large): Promise<void> {
  for (let count = 0; count < times; count++) await call(`/__sandbox/${sandbox}${path}`, request)
}

async function remembered (call: Client, ...sandboxes: string[]): Promise<number[]> {
  return Promise.all(sandboxes.map(async name => (await call(`/__sandbox/${name}/__admin/requests`)).body.requests.length))
}

t.test('the journals of all sandboxes stay within the option together, and the busiest keeps its last requests', async t => {
  const call = await build(t, { storageBytes })
  await send(call, 'one', 3)
  await send(call, 'two', 20)
  t.same(await remembered(call, 'one', 'two'), [2, 3])
})

t.test('a sandbox with many requests does not push out the few requests of another', async t => {
  const call = await build(t, { storageBytes })
  await send(call, 'quiet', 2, {})
  await send(call, 'busy', 20)
  await send(call, 'third', 1)
  t.same(await remembered(call, 'quiet', 'busy', 'third'), [2, 4, 1])
})

t.test('if all sandboxes are within their share, the least recently used one forgets first', async t => {
  const call = await build(t, { storageBytes })
  const names = ['one', 'two', 'three', 'four', 'five', 'six', 'seven']
  for (const name of names) await send(call, name, 1)
  t.same(await remembered(call, ...names), [0, 0, 1, 1, 1, 1, 1])
})

t.test('a sandbox whose journal is emptied, or that is reset or dropped, leaves its room to others', async t => {
  const call = await build(t, { storageBytes })
  const ends: Array<[string, string]> = [['DELETE', '/__admin/requests'], ['POST', '/__admin/reset'], ['DELETE', '/__admin/sandboxes/one']]
  for (const [method, end] of ends) {
    await send(call, 'one', 5)
    await call(`/__sandbox/one${end}`, { method })
    await send(call, 'two', 5)
    t.same(await remembered(call, 'one', 'two'), [0, 5], end)
    await call('/__sandbox/two/__admin/requests', { method: 'DELETE' })
  }
})

t.test('a request that ends after its sandbox was dropped is in no journal', async t => {
  const call = await build(t, { storageBytes })
  await call('/__sandbox/one/__admin/rules', { method: 'POST', body: { delay: 300 } })
  const held = send(call, 'one', 1)
  await call('/__admin/sandboxes/one', { method: 'DELETE' })
  await send(call, 'two', 5)
  await held
  t.same(await remembered(call, 'one', 'two'), [0, 5])
})

t.test('refused requests only use room that is left, and are forgotten first', async t => {
  const call = await build(t, { storageBytes, auth: 'required' })
  const headers = basic('acladmin', 'pass_1234')
  const statuses = async () => (await call('/__admin/requests')).body.requests.map(({ status }: { status: number }) => status)
  await call(path)
  for (let count = 0; count < 20; count++) await call(path, { ...large, headers })
  t.notOk((await statuses()).includes(401))
  for (let count = 0; count < 100; count++) await call(path, { headers: { 'x-note': 'x'.repeat(10_000) } })
  const kept = await statuses()
  t.ok(kept.filter((status: number) => status === 400).length >= 3, JSON.stringify(kept))
  t.ok(kept.filter((status: number) => status === 401).length < 50)
  await call(path, { ...large, headers })
  t.notOk((await statuses()).includes(401))
})

t.test('a request to a sandbox that is not open pushes no other out of any journal', async t => {
  const call = await build(t, { storageBytes })
  const headers = { 'x-note': 'x'.repeat(10_000) }
  for (let count = 0; count < 200; count++) await call(`/__sandbox/n${count}/nope`, { headers })
  await send(call, 'one', 5)
  for (let count = 0; count < 200; count++) await call(`/__sandbox/m${count}/nope`, { headers })
  t.same(await remembered(call, 'one'), [5])
})

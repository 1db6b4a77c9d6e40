import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import type { Test } from 'tap'
import { becomes, build, start } from '../harness.ts'
import type { Client } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'
const post = (body: object) => ({ method: 'POST', body })
const names = async (call: Client) => (await call('/__admin/sandboxes')).body.sandboxes.map(({ name }: { name: string }) => name)

interface Sandboxes { sandboxes: Array<{ name: string, idleSeconds: number }> }
const listOf = async (url: string) => (await (await fetch(`${url}/__admin/sandboxes`)).json() as Sandboxes).sandboxes

/** Stops the clock that measures idle times, and returns a function that lets seconds pass on it. */
function stopClock (t: Test): (seconds: number) => void {
  // Use a whole number, so sums are exact.
  let now = Math.ceil(performance.now())
  t.intercept(performance, 'now', { value: () => now })
  return seconds => { now += seconds * 1000 }
}

t.test('a sandbox is not idle while a request to it waits, but is idle afterwards', async t => {
  const call = await build(t, { sandboxTtl: 0.5 })
  await call('/__sandbox/held/__admin/rules', post({ match: { method: 'PUT' }, delay: 750 }))
  const held = call(`/__sandbox/held${path}`, { method: 'PUT', body: { description: 'kept' } })
  const waiting = await call('/__sandbox/waits/__admin/requests/wait', post({ match: {}, timeout: 750 }))
  t.match(waiting, { status: 409, body: { detail: /within 750 milliseconds/ } })
  await held
  t.equal((await call(`/__sandbox/held${path}`)).body.description, 'kept')
  await becomes(async () => (await names(call)).length === 1)
  t.same(await names(call), ['default'])
})

t.test('a sandbox is not idle while a reader follows its requests, until the reader leaves', async t => {
  const { url } = await start(t, { sandboxTtl: 0.05 })
  const open = async () => (await listOf(url)).length - 1
  const leave = new AbortController()
  await fetch(`${url}/__sandbox/one/__admin/requests/stream`, { signal: leave.signal })
  t.same(await Promise.all([open(), setTimeout(200).then(open)]), [1, 1])
  leave.abort()
  await becomes(async () => await open() === 0)
  t.equal(await open(), 0)
})

t.test('a sandbox becomes idle once a client leaves that pipelined requests and read no response', async t => {
  const { url } = await start(t, { sandboxTtl: 0.05 })
  const isOpen = async () => (await listOf(url)).some(({ name }) => name === 'left')
  const client = connect(Number(new URL(url).port), '127.0.0.1').pause()
  client.on('error', () => {})
  client.write(`GET /__sandbox/left${path} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(30_000))
  await becomes(isOpen)
  await setTimeout(150)
  t.ok(await isOpen())
  client.destroy()
  await becomes(async () => !await isOpen())
  t.notOk(await isOpen())
})

t.test('a sandbox in use is also dropped if there are too many', async t => {
  const call = await build(t, { maxSandboxes: 1 })
  const waiting = call('/__sandbox/one/__admin/requests/wait', post({ match: {} }))
  await call(path, { headers: { 'x-ovoc-mock-sandbox': 'two' } })
  t.match((await waiting).body.detail, 'before the sandbox was dropped')
  t.same(await names(call), ['default', 'two'])
})

t.test('requests for the list of sandboxes or the health do not end the idle time of the default sandbox', async t => {
  const call = await build(t)
  const idle = async () => (await call('/__admin/sandboxes')).body.sandboxes[0].idleSeconds
  const pass = stopClock(t)
  await call(path)
  pass(3)
  await call('/__admin/health')
  t.equal(await idle(), 3)
  await call(path)
  t.equal(await idle(), 0)
})

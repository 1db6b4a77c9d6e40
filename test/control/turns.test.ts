import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { ReadableStream } from 'node:stream/web'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { buildApp } from '../../src/index.ts'
import { sendRaw, start } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'
const json = { 'content-type': 'application/json' }
const post = (body: object) => ({ method: 'POST', headers: json, body: JSON.stringify(body) })

t.test('requests of one turn have separate times, so since works between them', async t => {
  const app = await buildApp({ seed: 7 })
  t.teardown(() => app.close())
  for (let times = 0; times < 200; times++) await app.inject(path)
  const since = new Date()
  await app.inject(`${path}?fields=none`)
  const { requests } = (await app.inject(`/__admin/requests?since=${since.toISOString()}`)).json()
  t.match(requests.at(-1), { id: 201, status: 400 })
  t.ok(requests.at(-1).milliseconds < 1000)
})

t.test('requests that are recorded at the same time each have their complete response', async t => {
  const app = await buildApp()
  t.teardown(() => app.close())
  await Promise.all(Array.from({ length: 130 }, () => app.inject(path)))
  const { requests } = (await app.inject('/__admin/requests')).json()
  t.same([...new Set(requests.map((entry: any) => Object.keys(entry.response.headers).join()))], ['vary,content-type,date,content-length'])
  t.equal(requests.length, 130)
})

t.test('the journal has the header Content-Length of a response without a body only if the response has it', async t => {
  const app = await buildApp()
  t.teardown(() => app.close())
  for (const status of [205, 204]) {
    await app.inject({ method: 'POST', url: '/__admin/rules', payload: { status, times: 1 } })
    const { headers } = await app.inject(path)
    const { requests } = (await app.inject('/__admin/requests')).json()
    t.equal(requests.at(-1).response.headers['content-length'], headers['content-length'])
    t.equal(headers['content-length'], status === 205 ? '0' : undefined)
  }
})

t.test('a wait returns only the requests that it counted, even if more came in the same turn', async t => {
  const { app, url } = await start(t)
  const arrived = once(app.server, 'request')
  const waiting = fetch(`${url}/__admin/requests/wait`, post({ match: { operation: 'getCustomer' }, times: 1, timeout: 60_000 }))
  await arrived
  await setTimeout(50)
  await sendRaw(url, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(4) + `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
  const { count, requests } = await (await waiting).json() as { count: number, requests: unknown[] }
  t.same([count, requests.length], [1, 1])
})

t.test('a request that ends before a wait\'s time is over counts, even if both happen in one turn', async t => {
  const { url } = await start(t)
  await fetch(`${url}/__admin/rules`, post({ delay: 50 }))
  const asked = fetch(url + path)
  const waiting = fetch(`${url}/__admin/requests/wait`, post({ match: { operation: 'getCustomer' }, timeout: 60 }))
  await setTimeout(20)
  for (const begin = Date.now(); Date.now() - begin < 100;);
  t.equal((await asked).status, 200)
  t.equal((await waiting).status, 200)
})

t.test('a server without a journal can close while a stream of requests is open', async t => {
  const { url, close } = await start(t, { journalEntries: 0 })
  const { body } = await fetch(`${url}/__admin/requests/stream`)
  const events = text(body as ReadableStream)
  await close()
  t.equal(await events, ':\n\n')
})

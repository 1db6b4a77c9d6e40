import { mock } from 'node:test'
import { connect } from 'node:net'
import t from 'tap'
import type { Test } from 'tap'
import { build, start } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'
const stream = '/__admin/requests/stream'

/** Connects a reader of server-sent events. */
async function follow (t: Test, url: string, headers: Record<string, string> = {}) {
  const left = new AbortController()
  t.teardown(() => left.abort())
  const { status, headers: answered, body } = await fetch(url, { headers, signal: left.signal })
  const reader = (body as NonNullable<typeof body>).pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const next = async (): Promise<string | undefined> => {
    const end = text.indexOf('\n\n')
    if (end >= 0) {
      const event = text.slice(0, end)
      text = text.slice(end + 2)
      return event
    }
    const { value, done } = await reader.read()
    text += value ?? ''
    return done ? undefined : next()
  }
  t.equal(await next(), ':', 'the stream says that it is open')
  return { status, type: answered.get('content-type'), next, leave: () => left.abort() }
}

function read (event: string | undefined): { id: string, event: string, data: any } {
  const fields = Object.fromEntries((event as string).split('\n').map(line => line.split(/: (.*)/s)))
  return { ...fields, data: JSON.parse(fields.data) }
}

t.test('a stream sends each new request of its sandbox, in the same form as the list', async t => {
  const { url } = await start(t)
  await fetch(url + path)
  const { status, type, next } = await follow(t, url + stream)
  t.same([status, type], [200, 'text/event-stream'])
  await fetch(`${url}/__sandbox/one${path}`)
  await fetch(url + path, { method: 'PUT' })
  const event = read(await next())
  t.match(event, { id: '2', event: 'request', data: { id: 2, method: 'PUT' } })
  t.same(event.data, await (await fetch(`${url}/__admin/requests/2`)).json())
  await fetch(`${url}/__admin/sandboxes/one`, { method: 'DELETE' })
  t.match(read(await next()), { id: '3', event: 'sandbox-dropped', data: { sandbox: 'one', reason: 'asked' } })
})

t.test('a stream shows the size of a long body only, because many readers may hold it', async t => {
  const { url } = await start(t)
  const { next } = await follow(t, url + stream)
  for (const length of [10, 20_000]) {
    const body = JSON.stringify({ description: 'd'.repeat(length) })
    await fetch(url + path, { method: 'PUT', headers: { 'content-type': 'application/json' }, body })
  }
  t.match(read(await next()).data, { body: { description: 'd'.repeat(10) }, response: { body: { id: 85844 } } })
  const { body, response } = read(await next()).data
  t.match(body, /^\(withheld: 20018 bytes, more than the stream shows of a body; read the request by its id\)$/)
  t.match(response.body, /^\(withheld: 2\d{4} bytes/)
  t.match(await (await fetch(`${url}/__admin/requests/2`)).json(), { body: { description: /^d{20000}$/ } })
})

t.test('a brief stream has the fields of a row, and skips entries that the journal has forgotten', async t => {
  const { url } = await start(t, { journalEntries: 3 })
  const { next } = await follow(t, `${url}${stream}?brief=true`)
  await fetch(`${url}/__sandbox/one${path}`)
  await fetch(`${url}${path}?token=abc`, { method: 'PUT' })
  await fetch(`${url}/__admin/sandboxes/one`, { method: 'DELETE' })
  const { data } = read(await next())
  t.same(Object.keys(data), ['id', 'time', 'operation', 'method', 'url', 'status', 'milliseconds', 'reason'])
  t.match(data, { id: 1, operation: 'verifyCustomer', url: `${path}?token=…`, status: 400, reason: /token/ })
  t.match(read(await next()), { event: 'sandbox-dropped' })
  await fetch(url + path)
  t.match(read(await next()).data, { id: 3, status: 200, reason: null })
  for (let count = 0; count < 10; count++) await fetch(`${url}/nowhere`)
  let last = read(await next()).data
  while (last.id < 13) last = read(await next()).data
  t.match(last, { id: 13, operation: null, status: 404 })
})

t.test('a stream sends more entries than it can push at once completely and in order', async t => {
  const { app, url } = await start(t)
  const payload = { description: 'x'.repeat(4000) }
  for (let count = 0; count < 40; count++) await app.inject({ method: 'PUT', url: path, payload })
  const { next } = await follow(t, `${url}${stream}?since=0`)
  for (let id = 1; id <= 40; id++) t.equal(read(await next()).id, String(id))
})

t.test('a stream can be filtered, and can begin after an id or at a past instant', async t => {
  const { url } = await start(t)
  for (const method of ['GET', 'PUT', 'GET', 'PUT']) await fetch(url + path, { method })
  const filtered = await follow(t, `${url}${stream}?operation=verifyCustomer&since=2`)
  t.equal(read(await filtered.next()).id, '4')
  const again = await follow(t, url + stream, { 'last-event-id': '3' })
  t.equal(read(await again.next()).id, '4')
  const since = await follow(t, `${url}${stream}?since=2001-01-01T00:00:00Z`)
  t.same([read(await since.next()).id, read(await since.next()).id], ['1', '2'])
  await fetch(url + path, { method: 'GET' })
  await fetch(url + path, { method: 'PUT' })
  t.equal(read(await filtered.next()).id, '6')
})

t.test('readers that wait share the work: the body of a new request is parsed once for all of them', async t => {
  const { url, app } = await start(t)
  const match = encodeURIComponent('{"body":{"description":"seen"}}')
  const readers = await Promise.all(['', '&brief=true', '', '&brief=true', '&method=PUT'].map(more => follow(t, `${url}${stream}?match=${match}${more}`)))
  const { parse } = JSON
  let parsed = 0
  JSON.parse = (...given) => {
    if (given[0].includes('"unseen"')) parsed++
    return parse(...given)
  }
  t.teardown(() => { JSON.parse = parse })
  await app.inject({ method: 'PUT', url: path, payload: { description: 'unseen' } })
  // Once for the request itself.
  t.equal(parsed, 2)
  await app.inject({ method: 'PUT', url: path, payload: { description: 'seen' } })
  for (const { next } of readers) t.equal(read(await next()).id, '2')
})

t.test('a brief stream sends what it gathered as soon as it is much, and nothing of what was forgotten meanwhile', async t => {
  const { url, app } = await start(t)
  const { next } = await follow(t, `${url}${stream}?brief=true`)
  const long = `${path}?x=${'x'.repeat(14_000)}`
  await app.inject(long)
  await app.inject({ method: 'DELETE', url: '/__admin/requests' })
  for (let count = 0; count < 8; count++) await app.inject(long)
  for (let id = 2; id <= 9; id++) t.equal(read(await next()).id, String(id))
})

t.test('a reader that reconnects goes on where it was despite its query, or from the beginning after a reset', async t => {
  const { url } = await start(t)
  for (let count = 0; count < 3; count++) await fetch(url + path)
  for (const since of ['0', '2001-01-01T00:00:00Z']) {
    const { next } = await follow(t, `${url}${stream}?since=${since}`, { 'last-event-id': '2' })
    t.equal(read(await next()).id, '3')
  }
  const afterReset = await follow(t, url + stream, { 'last-event-id': '5' })
  t.equal(read(await afterReset.next()).id, '1')
  const ofAnother = await follow(t, `${url}${stream}?since=1`, { 'last-event-id': 'x' })
  t.equal(read(await ofAnother.next()).id, '2')
})

t.test('a stream rejects a wrong filter and the method HEAD', async t => {
  const call = await build(t)
  t.match(await call(`${stream}?operation=x`), { status: 400, headers: { 'content-type': 'application/problem+json' } })
  t.equal((await call(stream, { method: 'HEAD' })).status, 400)
})

t.test('a stream goes on after the journal is emptied, and after a reset, where ids begin again', async t => {
  const { url } = await start(t)
  const { next } = await follow(t, url + stream)
  await fetch(url + path)
  t.equal(read(await next()).id, '1')
  await fetch(`${url}/__admin/requests`, { method: 'DELETE' })
  await fetch(url + path)
  t.equal(read(await next()).id, '2')
  await fetch(`${url}/__admin/reset`, { method: 'POST' })
  await fetch(url + path)
  t.equal(read(await next()).id, '1')
})

t.test('a stream ends when its sandbox is dropped and when the server closes', async t => {
  const { url, close } = await start(t)
  const one = await follow(t, `${url}/__sandbox/one${stream}`)
  const main = await follow(t, url + stream)
  await fetch(`${url}/__admin/sandboxes/one`, { method: 'DELETE' })
  t.equal(await one.next(), undefined)
  t.equal(read(await main.next()).event, 'sandbox-dropped')
  await close()
  t.equal(await main.next(), undefined)
})

t.test('a silent stream sends comments, and a stream stops when its reader leaves', async t => {
  mock.timers.enable({ apis: ['setInterval'] })
  t.teardown(() => mock.timers.reset())
  const { url, app } = await start(t)
  const { journal } = app.sandboxes.default
  const { watch } = journal
  const left = new Promise<void>(resolve => {
    journal.watch = watcher => {
      const stop = watch.call(journal, watcher)
      return () => {
        stop()
        resolve()
      }
    }
  })
  const { next, leave } = await follow(t, url + stream)
  mock.timers.tick(15_000)
  t.equal(await next(), ':')
  leave()
  await left
  await fetch(url + path)
  t.equal((await fetch(`${url}/__admin/requests/1`)).status, 200)
})

t.test('a sandbox allows 100 readers and waits at once, and more as soon as some have left', async t => {
  const { url } = await start(t)
  const { hostname, port } = new URL(url)
  const body = '{"match":{},"timeout":60000}'
  const wait = `POST /__admin/requests/wait HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const read = `GET ${stream} HTTP/1.1\r\nHost: localhost\r\n\r\n`
  const sockets = [...Array(60).fill(read), ...Array(40).fill(wait)].map(request => {
    const socket = connect(Number(port), hostname)
    t.teardown(() => socket.destroy())
    socket.resume().write(request)
    return socket
  })
  const ask = async (path = stream) => {
    const response = await fetch(url + path)
    if (response.status === 200) await response.body?.cancel()
    return response
  }
  let refused = await ask()
  while (refused.status === 200) refused = await ask()
  t.match(await refused.json(), { status: 429, detail: 'the sandbox has 100 readers and waits, and lets no more in; end some first' })
  t.equal((await fetch(`${url}/__admin/requests/wait`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status, 429)
  t.equal((await ask(`/__sandbox/other${stream}`)).status, 200)
  for (const socket of sockets) socket.destroy()
  while (refused.status === 429) refused = await ask()
  t.equal(refused.status, 200)
})

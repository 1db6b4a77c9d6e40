import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { becomes, heapUsed, sendRaw, start } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'
const ask = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`

t.test('the server stops reading from a client that pipelines without end behind a slow response', async t => {
  const { url, app } = await start(t, { customers: 20_000 })
  const taken = new Map<number | undefined, number>()
  app.server.on('request', ({ socket: { remotePort } }) => taken.set(remotePort, (taken.get(remotePort) ?? 0) + 1))
  const slow = [ask(path, 'Prefer: wait=60\r\n'), ask('/ovoc/v1/topology/customers?detail=1'), ask('/__admin/requests/stream')]
  const floods = slow.flatMap(first => [ask('/'), slow[0], slow[1]].map(next => ({ first, next: next as string })))
  const sockets = await Promise.all(floods.map(async ({ first, next }) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1').pause()
    // The server disconnects a client that does not read the stream of requests.
    socket.on('error', () => {})
    t.teardown(() => socket.destroy())
    await once(socket, 'connect')
    const { localPort } = socket
    socket.write(first)
    socket.write(next.repeat(10_000_000 / next.length))
    return { socket, localPort }
  }))
  await becomes(() => sockets.every(({ localPort }) => taken.has(localPort)))
  await setTimeout(500)
  for (const [index, { socket, localPort }] of sockets.entries()) {
    t.ok(socket.destroyed || socket.writableLength > 0)
    const count = taken.get(localPort) ?? 0
    t.ok(count > 0 && count < 3500, `flood ${index}: ${count} requests were taken`)
  }
})

t.test('waiting responses with changed records use no memory before their turn', async t => {
  const { app, url, fwdRules } = await start(t, { journalEntries: 0 })
  const [rule] = await fwdRules.list()
  const own = `/ovoc/v1/alarms/fwdRules/${rule?.id}`
  const alarmNamesFilter = Array(10).fill('x'.repeat(60_000))
  const put = (body: object) => {
    const text = JSON.stringify(body)
    return `PUT ${own} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`
  }
  await sendRaw(url, put({ alarmNamesFilter }).replace('Host: x', 'Host: x\r\nConnection: close'))
  t.same((await fwdRules.get(rule?.id as number)).alarmNamesFilter, alarmNamesFilter)

  let taken = 0
  app.server.on('request', () => { taken++ })
  const before = heapUsed()
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  t.teardown(() => socket.destroy())
  socket.write(ask(path, 'Prefer: wait=60\r\n') + put({ name: 'again' }).repeat(60))
  await becomes(() => taken === 61)
  await fetch(url + path)
  const held = heapUsed() - before
  t.ok(held < 5_000_000, `${held} bytes`)
})

t.test('waiting responses of rules and downloads use no memory before their turn', async t => {
  const mock = await start(t, { journalEntries: 0 })
  const { app, url, rules, snapshots } = mock
  await snapshots.take('a')
  await rules.add({ match: { method: 'DELETE' }, status: 503, body: { texts: Array(10).fill('x'.repeat(60_000)) } })
  const receive = async (count: number, request: string) => {
    let taken = 0
    const note = () => { taken++ }
    app.server.on('request', note)
    const before = heapUsed()
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write(ask(path, 'Prefer: wait=1\r\n') + request.repeat(count))
    await becomes(() => taken === count + 1)
    await fetch(url + path)
    const held = heapUsed() - before
    app.server.off('request', note)
    socket.write(ask(path, 'Connection: close\r\n'))
    const responses = await text(socket)
    t.equal(responses.split('HTTP/1.1 ').length, count + 3)
    return held
  }
  const held = await receive(60, ask('/ovoc/v1/topology/customers/1').replace('GET', 'DELETE'))
  t.ok(held < 5_000_000, `${held} bytes`)
  const ofRules = await receive(60, ask('/__admin/rules'))
  t.ok(ofRules < 5_000_000, `${ofRules} bytes`)
  await receive(60, ask('/__admin/snapshots/a/fixtures'))
})

t.test('a pipelined request with a long body is read when its turn comes', async t => {
  const { app, url } = await start(t, { journalEntries: 0 })
  let taken = 0
  app.server.on('request', () => { taken++ })
  const body = `{"a":[${'{},'.repeat(39_000)}{}],"b":"${'x'.repeat(500_000)}"}`
  const put = (framing: string, body: string) => `PUT ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${framing}\r\n\r\n${body}`
  const whole = put(`Content-Length: ${body.length}`, body)
  const chunked = put('Transfer-Encoding: chunked', `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`)
  const before = heapUsed()
  const sockets = [whole, chunked].map(request => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write(ask(path, 'Prefer: wait=2\r\n') + request.repeat(10) + ask(path, 'Connection: close\r\n'))
    return { socket, response: text(socket) }
  })
  await becomes(() => taken >= 4)
  await setTimeout(500)
  t.equal(taken, 4, 'no request after a long body is read')
  const held = heapUsed() - before
  t.ok(held < 20_000_000, `${held} bytes`)
  for (const { response } of sockets) t.equal((await response).split('HTTP/1.1 ').length, 13)
})

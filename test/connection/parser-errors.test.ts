import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import type { Test } from 'tap'
import type { OvocMock } from '../../src/index.ts'
import { sendRaw, start } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'
const ask = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`
const putHead = (more: string) => `PUT ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${more}\r\n\r\n`
const chunked = putHead('Transfer-Encoding: chunked')

const statusesIn = (responses: string) => [...responses.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))

async function open (t: Test, { url }: OvocMock): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

t.test('bytes that are not HTTP get a 400 that says why, and the connection is closed', async t => {
  const { url } = await start(t)
  const response = await sendRaw(url, 'no HTTP\r\n\r\n')
  t.match(response, /^HTTP\/1\.1 400 Bad Request\r\n[^]*\r\nConnection: close\r\n[^]*\{"description":"the request is not HTTP\/1\.1: [^{]*\}$/)
  t.match(await sendRaw(url, 'A'.repeat(100_000)), /^HTTP\/1\.1 4\d\d [^]*\}$/)
})

t.test('bytes that are not HTTP do not corrupt a response that is being sent', async t => {
  const socket = await open(t, await start(t, { customers: 4000 }))
  // Nobody reads the body of this request. It breaks while the response is sent.
  socket.write(ask('/ovoc/v1/topology/lcCustomers?detail=1', 'Transfer-Encoding: chunked\r\n'))
  await once(socket, 'readable')
  const received: Buffer[] = []
  socket.on('data', chunk => received.push(chunk)).on('error', () => {})
  for (let count = 0; count < 20; count++) {
    socket.write('no chunk\r\n')
    await setTimeout(5)
  }
  t.ok(socket.closed)
  t.same(statusesIn(Buffer.concat(received).toString()), [200])
})

t.test('a body that breaks after the earlier responses were sent gets a 400', async t => {
  const socket = await open(t, await start(t))
  socket.write(ask(path) + chunked)
  await once(socket, 'readable')
  await setTimeout(50)
  socket.write('no chunk\r\n')
  t.same(statusesIn(await textOf(socket)), [200, 400])
})

t.test('head and body of a request must arrive within the option request-timeout', async t => {
  const mock = await start(t, { requestTimeout: 0.3 })
  for (const part of ['PUT /ovoc', `${putHead('Content-Length: 22')}{"desc`, '']) {
    const socket = await open(t, mock)
    socket.write(ask(path) + part)
    await once(socket, 'readable')
    if (part !== '') t.same(statusesIn(await textOf(socket)), [200, 408], part)
    else t.equal(socket.readyState, 'open')
  }
})

t.test('with request-timeout 0, a request may take any time', async t => {
  const mock = await start(t, { requestTimeout: 0 })
  const socket = await open(t, mock)
  socket.write('GET ')
  await setTimeout(500)
  socket.write(`${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
  t.same(statusesIn(await textOf(socket)), [200])
})

t.test('a request that arrives too slowly gets a 408 and is not executed when the rest of it comes', async t => {
  const mock = await start(t)
  const put = `${putHead('Content-Length: 22')}{"description":"late"}`
  // Cut in its head, then in its body.
  for (const cut of [3, -10]) {
    const connected = once(mock.app.server, 'connection')
    const socket = await open(t, mock)
    const [served] = await connected as [Socket]
    socket.write(put.slice(0, cut))
    await setTimeout(50)
    // Node emits this when its time limit for a request is over.
    mock.app.server.emit('clientError', Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), served)
    socket.write(put.slice(cut) + put)
    const responses = await textOf(socket).catch(error => error.code)
    t.match(responses, /^HTTP\/1\.1 408 Request Timeout\r\n[^]*\r\nConnection: close\r\n/)
  }
  const sandbox = await mock.sandbox('default')
  t.not((await sandbox.customers.get(85844) as { description: string }).description, 'late')
})

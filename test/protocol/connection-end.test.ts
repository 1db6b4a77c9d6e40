import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import type { Test } from 'tap'
import { buildApp } from '../../src/index.ts'
import type { OvocMock } from '../../src/index.ts'
import { sendRaw, start } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'
const ask = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`
const list = ask('/ovoc/v1/topology/lcCustomers')
const long = ask('/ovoc/v1/topology/lcCustomers?detail=1')
const putHead = (more: string) => `PUT ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${more}\r\n\r\n`
const chunked = putHead('Transfer-Encoding: chunked')

const statusesIn = (answers: string) => [...answers.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))

async function open (t: Test, { url }: OvocMock): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

t.test('what is no HTTP does not take the answers before it on its connection', async t => {
  const { url, httpsUrl } = await start(t, { customers: 4000, httpsPort: 0 })
  const update = `${putHead('Content-Length: 2')}{}`
  for (const asked of [[ask(path)], [ask(path), ask(path), ask(path)], [list], [update], [list, update, ask(path)], [long, list]]) {
    for (const ahead of [asked.join(''), `${asked.join('')}${chunked}`]) {
      for (const to of [url, httpsUrl as string]) {
        const answer = await sendRaw(to, `${ahead}no HTTP\r\n\r\n`)
        t.same(statusesIn(answer), [...asked.map(() => 200), 400], ahead)
        t.match(answer, /\{"description":"the request is not HTTP\/1\.1: [^{]*\}$/)
      }
    }
  }
})

t.test('what is no HTTP waits for the answer that it interrupts, however often it comes, and is answered once', async t => {
  const socket = await open(t, await start(t, { customers: 4000 }))
  // Its body, which nobody reads, is broken while the answer is sent.
  socket.write(ask('/ovoc/v1/topology/lcCustomers?detail=1', 'Transfer-Encoding: chunked\r\n'))
  await once(socket, 'readable')
  const warnings: Error[] = []
  const note = (warning: Error) => { warnings.push(warning) }
  process.on('warning', note)
  t.teardown(() => process.off('warning', note))
  for (let count = 0; count < 20; count++) {
    socket.write('no chunk\r\n')
    await setTimeout(5)
  }
  t.match(await textOf(socket), /^HTTP\/1\.1 200 OK[^]*\}\r\n0\r\n\r\nHTTP\/1\.1 400 [^]*\{"description":"the request is not HTTP[^{]*\}$/)
  t.same(warnings, [])
})

t.test('a CONNECT does not take the answer before it', async t => {
  const { url } = await start(t)
  t.match(await sendRaw(url, `${ask(path)}CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n`), /^HTTP\/1.1 200 OK\r\n/)
})

t.test('a body that is broken after the answers before it were sent is answered', async t => {
  const socket = await open(t, await start(t))
  socket.write(ask(path) + chunked)
  await once(socket, 'readable')
  await setTimeout(50)
  socket.write('no chunk\r\n')
  t.same(statusesIn(await textOf(socket)), [200, 400])
})

t.test('a request that is refused as too slow while others wait is not carried out, nor what comes after it', async t => {
  const mock = await start(t)
  const put = `${putHead('Content-Length: 22')}{"description":"late"}`
  // In its body, and in its head.
  for (const cut of [-10, 40]) {
    const sandbox = await mock.sandbox()
    const own = (request: string) => request.replace(' ', ` /__sandbox/${sandbox.name}`)
    await sandbox.faults.add({ match: { method: 'GET' }, delay: 500 })
    const connected = once(mock.app.server, 'connection')
    const socket = await open(t, mock)
    const [served] = await connected as [Socket]
    const answers = textOf(socket)
    const asked = once(mock.app.server, 'request')
    socket.write(own(ask(path)) + own(put).slice(0, cut))
    await asked
    // As Node does once its time for a request is over.
    mock.app.server.emit('clientError', Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), served)
    socket.write(own(put).slice(cut) + own(put))
    t.same(statusesIn(await answers), [200, 408])
    t.not((await sandbox.customers.get(85844) as { description: string }).description, 'late')
    t.same(await sandbox.requests.list({ method: 'PUT' }), [])
  }
})

t.test('what comes after the last answer of a connection is not carried out', async t => {
  const mock = await start(t)
  const put = (body: string) => `${putHead(`Content-Length: ${body.length}`)}${body}`
  t.same(statusesIn(await sendRaw(mock.url, put('{"description":') + put('{"description":"late"}'))), [400])
  const connected = once(mock.app.server, 'connection')
  const socket = await open(t, mock)
  const [served] = await connected as [Socket]
  socket.write('PUT')
  mock.app.server.emit('clientError', Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), served)
  socket.write(put('{"description":"late"}').slice(3))
  t.same(statusesIn(await textOf(socket)), [408])
  const sandbox = await mock.sandbox('default')
  t.not((await sandbox.customers.get(85844) as { description: string }).description, 'late')
  t.same((await sandbox.requests.list({ method: 'PUT' })).map(({ status }) => status), [400])
})

t.test('nor what comes behind a last answer that is made at once', async t => {
  const app = await buildApp()
  t.teardown(() => app.close())
  app.get('/last', (_request, reply) => reply.header('connection', 'close').send('text'))
  app.get('/last-raw', (_request, reply) => { reply.raw.setHeader('connection', 'close'); return reply.send('text') })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  for (const last of ['/last', '/last-raw']) t.same(statusesIn(await sendRaw(url, `${ask(last)}${putHead('Content-Length: 22')}{"description":"late"}${ask(path)}`)), [200], last)
  t.not((app.sandboxes.default.named('customers').get(85844) as { description: string }).description, 'late')
})

t.test('what waits behind answers that a client leaves unread is not carried out', async t => {
  const mock = await start(t, { customers: 3000 })
  const sandbox = await mock.sandbox()
  const [rule] = await sandbox.fwdRules.list()
  await sandbox.faults.add({ match: { method: 'DELETE' }, delay: 20_000 })
  const socket = await open(t, mock)
  socket.pause()
  const own = (path: string) => ask(`/__sandbox/${sandbox.name}${path}`)
  for (const requests of [own('/ovoc/v1/topology/lcCustomers?detail=1').repeat(2), own(path).repeat(2), own(`/ovoc/v1/alarms/fwdRules/${rule?.id}`).replace('GET', 'DELETE')]) {
    socket.write(requests)
    await setTimeout(500)
  }
  socket.destroy()
  await setTimeout(500)
  t.ok((await sandbox.fwdRules.list()).some(({ id }) => id === rule?.id))
})

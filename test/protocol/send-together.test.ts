import { once } from 'node:events'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { text as textOf } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { buildApp } from '../../src/index.ts'
import { sendRaw, start } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'

t.test('an answer of the host program that cannot be sent is a 500, and the others of its turn leave', async t => {
  const app = await buildApp()
  t.teardown(() => app.close())
  app.get('/bad-header', (_request, reply) => reply.header('x-bad', 'two\nlines').send('text'))
  app.get('/bad-status', (_request, reply) => { reply.raw.statusCode = 7; return reply.send('text') })
  const answers = await Promise.all([path, '/bad-header', '/bad-status', path].map(url => app.inject(url)))
  t.same(answers.map(({ statusCode }) => statusCode), [200, 500, 500, 200])
})

t.test('requests that are sent ahead are answered in turn beside those of another connection', async t => {
  const { url } = await start(t)
  const ids = Array.from({ length: 200 }, (_, index) => 500_000 + index)
  const requests = ids.map(id => `GET /ovoc/v1/topology/customers/${id} HTTP/1.1\r\nHost: x\r\n`).join('\r\n')
  const answers = await Promise.all([1, 2].map(() => sendRaw(url, `${requests}Connection: close\r\n\r\n`)))
  for (const answer of answers) t.same([...answer.matchAll(/there is no customer with id (\d+)/g)].map(([, id]) => Number(id)), ids)
})

t.test('what is no HTTP does not take the answers before it on its connection', async t => {
  const { url, httpsUrl } = await start(t, { customers: 4000, httpsPort: 0 })
  const ask = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`
  const update = `PUT ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`
  const list = ask('/ovoc/v1/topology/lcCustomers')
  const long = ask('/ovoc/v1/topology/lcCustomers?detail=1')
  const broken = `PUT ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`
  for (const asked of [[ask(path)], [ask(path), ask(path), ask(path)], [list], [update], [list, update, ask(path)], [long, list]]) {
    for (const ahead of [asked.join(''), `${asked.join('')}${broken}`]) {
      for (const to of [url, httpsUrl as string]) {
        const answer = await sendRaw(to, `${ahead}no HTTP\r\n\r\n`)
        t.same([...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status)), [...asked.map(() => 200), 400], ahead)
        t.match(answer, /\{"description":"the request is not HTTP\/1\.1: [^{]*\}$/)
      }
    }
  }
})

t.test('what is no HTTP waits for the answer that it interrupts, however often it comes, and is answered once', async t => {
  const { url } = await start(t, { customers: 4000 })
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  // Its body, which nobody reads, is broken while the answer is sent.
  socket.write('GET /ovoc/v1/topology/lcCustomers?detail=1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
  await once(socket, 'readable')
  for (let count = 0; count < 3; count++) {
    socket.write('no chunk\r\n')
    await setTimeout(10)
  }
  t.match(await textOf(socket), /^HTTP\/1\.1 200 OK[^]*\}\r\n0\r\n\r\nHTTP\/1\.1 400 [^]*\{"description":"the request is not HTTP[^{]*\}$/)
})

t.test('a CONNECT does not take the answer before it', async t => {
  const { url } = await start(t)
  t.match(await sendRaw(url, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\nCONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n`), /^HTTP\/1.1 200 OK\r\n/)
})

t.test('a stream that breaks before anybody reads it is a 500, and the server goes on', async t => {
  const app = await buildApp()
  t.teardown(() => app.close())
  app.get('/broken', (_request, reply) => {
    const stream = new Readable({ read () {} })
    process.nextTick(() => stream.destroy(new Error('it broke')))
    return reply.send(stream)
  })
  t.equal((await app.inject('/broken')).statusCode, 500)
  t.equal((await app.inject(path)).statusCode, 200)
})

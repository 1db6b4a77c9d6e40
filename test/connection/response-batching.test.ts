import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { text as textOf } from 'node:stream/consumers'
import t from 'tap'
import { buildApp } from '../../src/index.ts'
import { start } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'

t.test('a response of the host program that cannot be sent is a 500, and other responses ready with it are still sent', async t => {
  const app = await buildApp({ logLevel: 'silent' })
  t.teardown(() => app.close())
  app.get('/bad-header', (_request, reply) => reply.header('x-bad', 'two\nlines').send('text'))
  app.get('/bad-status', (_request, reply) => { reply.raw.statusCode = 7; return reply.send('text') })
  const responses = await Promise.all([path, '/bad-header', '/bad-status', path].map(url => app.inject(url)))
  t.same(responses.map(({ statusCode }) => statusCode), [200, 500, 500, 200])
})

t.test('a stream that breaks before anybody reads it is a 500, and the server goes on', async t => {
  const app = await buildApp({ logLevel: 'silent' })
  t.teardown(() => app.close())
  app.get('/broken', (_request, reply) => {
    const stream = new Readable({ read () {} })
    process.nextTick(() => stream.destroy(new Error('it broke')))
    return reply.send(stream)
  })
  t.equal((await app.inject('/broken')).statusCode, 500)
  t.equal((await app.inject(path)).statusCode, 200)
})

t.test('a client that ends its side right after the request still gets its response', async t => {
  const { url } = await start(t)
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), allowHalfOpen: true })
  socket.end(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
  t.match(await textOf(socket), /^HTTP\/1.1 200 OK\r\n.*"id":85844/s)
})

import { Readable } from 'node:stream'
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

import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { sendRaw, start } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'
const ask = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`

t.test('responses to pipelined requests come in the order of the requests', async t => {
  const { url } = await start(t)
  const ids = Array.from({ length: 200 }, (_, index) => 500_000 + index)
  const asked = ids.map((id, index) => ask(`/ovoc/v1/topology/customers/${id}`, index === 0 ? 'Prefer: wait=1\r\n' : ''))
  const responses = await sendRaw(url, `${asked.join('')}${ask(path, 'Connection: close\r\n')}`)
  t.same([...responses.matchAll(/there is no customer with id (\d+)/g)].map(([, id]) => Number(id)), ids)
  t.match(responses, /HTTP\/1\.1 200 OK\r\n[^]*"id":85844/)
})

t.test('the server stops reading from a client that pipelines without end behind a slow response', async t => {
  const mock = await start(t)
  let taken = 0
  mock.app.server.on('request', () => { taken++ })
  const socket = connect(Number(new URL(mock.url).port), '127.0.0.1')
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  socket.write(ask(path, 'Prefer: wait=60\r\n'))
  socket.write(ask('/').repeat(200_000))
  await setTimeout(1000)
  t.ok(socket.writableLength > 0)
  t.ok(taken < 10_000, `${taken} requests were taken`)
})

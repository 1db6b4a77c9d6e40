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
  const unknown = (id: number) => `/ovoc/v1/topology/customers/${id}`
  const asked = ids.map((id, index) => ask(unknown(id), index === 0 ? 'Prefer: wait=1\r\n' : ''))
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

t.test('a client that leaves ends its pipelined requests, those that wait for another response included', async t => {
  const mock = await start(t)
  const sandbox = await mock.sandbox()
  const [rule] = await sandbox.fwdRules.list()
  await sandbox.faults.add({ match: { method: 'DELETE' }, delay: 500 })
  const warnings: Error[] = []
  const note = (warning: Error) => { warnings.push(warning) }
  process.on('warning', note)
  t.teardown(() => process.off('warning', note))

  const socket = connect(Number(new URL(mock.url).port), '127.0.0.1')
  const own = (path: string) => `/__sandbox/${sandbox.name}${path}`
  const remove = ask(own(`/ovoc/v1/alarms/fwdRules/${rule?.id}`)).replace('GET', 'DELETE')
  socket.write(ask(own(path), 'Prefer: wait=60\r\n') + remove.repeat(20))
  await setTimeout(200)
  socket.destroy()
  await setTimeout(1000)
  t.ok((await sandbox.fwdRules.list()).some(({ id }) => id === rule?.id))
  const unanswered = await sandbox.requests.list({ status: null })
  t.same(unanswered.map(({ method }) => method).sort(), [...Array(20).fill('DELETE'), 'GET'])
  t.same(warnings, [])
})

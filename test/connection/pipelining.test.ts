import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { becomes, sendRaw, start } from '../harness.ts'

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

t.test('the server reads on from a connection once its pipelined requests have their responses', async t => {
  const { url } = await start(t)
  const delayed = ask(path, 'Prefer: wait=1\r\n').repeat(100)
  const responses = await sendRaw(url, `${delayed}${ask(path).repeat(9900)}${ask(path, 'Connection: close\r\n')}`)
  t.equal(responses.match(/HTTP\/1\.1 200 OK\r\n/g)?.length, 10_001)
})

t.test('when a client leaves, all its pipelined requests end, including the waiting ones', async t => {
  const mock = await start(t)
  const sandbox = await mock.sandbox()
  const [rule] = await sandbox.fwdRules.list()
  await sandbox.rules.add({ match: { method: 'DELETE' }, delay: 500 })
  const warnings: Error[] = []
  const note = (warning: Error) => { warnings.push(warning) }
  process.on('warning', note)
  t.teardown(() => process.off('warning', note))

  const socket = connect(Number(new URL(mock.url).port), '127.0.0.1')
  const own = (path: string) => `/__sandbox/${sandbox.name}${path}`
  const remove = ask(own(`/ovoc/v1/alarms/fwdRules/${rule?.id}`)).replace('GET', 'DELETE')
  let arrived = 0
  mock.app.server.on('request', () => { arrived++ })
  socket.write(ask(own(path), 'Prefer: wait=60\r\n') + remove.repeat(20))
  await becomes(() => arrived === 21)
  await setTimeout(50)
  socket.destroy()
  await setTimeout(1000)
  t.ok((await sandbox.fwdRules.list()).some(({ id }) => id === rule?.id))
  const unanswered = await sandbox.requests.list({ status: null })
  t.same(unanswered.map(({ method }) => method).sort(), [...Array(20).fill('DELETE'), 'GET'])
  t.same(warnings, [])
})

t.test('a request to upgrade the protocol gets a normal response, and its connection is closed', async t => {
  const { url } = await start(t)
  for (const protocol of ['websocket', 'h2c', 'foo']) {
    const upgrade = ask(path, `Connection: Upgrade\r\nUpgrade: ${protocol}\r\n`)
    t.match(await sendRaw(url, upgrade + ask(path)), /^HTTP\/1\.1 200 OK\r\n[^]*\r\nconnection: close\r\n/i)
  }
})

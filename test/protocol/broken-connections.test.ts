import { connect } from 'node:net'
import { once } from 'node:events'
import t from 'tap'
import type { Test } from 'tap'
import { sendRaw, start } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'

/** Sends a request, perhaps only its beginning. Leaves once the server has received or sent some bytes. */
async function leaveAfter (t: Test, url: string, text: string, event: 'connect' | 'data'): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  t.teardown(() => socket.destroy())
  socket.write(text)
  await once(socket, event)
  if (event === 'connect') await new Promise<void>(resolve => { socket.write('x', () => resolve()) })
  socket.destroy()
}

async function entryOf (url: string, match: object): Promise<any> {
  const answer = await fetch(`${url}/__admin/requests/wait`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ match, timeout: 20_000 }) })
  const { requests } = await answer.json() as { requests: unknown[] }
  return requests[0]
}

t.test('the journal has a request whose client left in the middle of its body, without a status', async t => {
  const { url } = await start(t)
  await leaveAfter(t, url, `PUT ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"description"`, 'connect')
  t.match(await entryOf(url, { status: null }), { method: 'PUT', status: null, body: null, response: { headers: {}, body: null, bytes: 0 }, reason: 'the connection was closed before the response' })
})

t.test('the journal has a request whose client left in the middle of a list, with the bytes that were made', async t => {
  const { url } = await start(t, { customers: 200_000 })
  await leaveAfter(t, url, 'GET /ovoc/v1/topology/lcCustomers?detail=1 HTTP/1.1\r\nHost: localhost\r\n\r\n', 'data')
  const entry = await entryOf(url, { operation: 'listLcCustomers' })
  t.match(entry, { status: 200, response: { body: null }, reason: 'the connection was closed before the end of the response' })
  t.ok(entry.response.bytes > 64 * 1024)
})

t.test('the journal blanks the credentials in an absolute URL', async t => {
  const { url } = await start(t)
  await sendRaw(url, `GET http://ann:hush@localhost${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
  t.match(await entryOf(url, {}), { url: `http://…@localhost${path}`, path, status: 200 })
})

t.test('the journal has each of several pipelined requests with its own response', async t => {
  const { url } = await start(t)
  const request = (id: number, more = '') => `GET /ovoc/v1/topology/customers/${id} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`
  await sendRaw(url, request(85844) + request(1) + request(2, 'Connection: close\r\n'))
  const { requests } = await (await fetch(`${url}/__admin/requests`)).json() as { requests: Array<{ status: number, params: object }> }
  t.same(requests.map(({ status, params }) => [status, params]), [[200, { id: 85844 }], [404, { id: 1 }], [404, { id: 2 }]])
})

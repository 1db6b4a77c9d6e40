import { once } from 'node:events'
import { get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { start } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'

t.test('a slow reader of the journal does not keep entries that the journal forgot', async t => {
  const { app, url, requests } = await start(t)
  const payload = { description: 'x'.repeat(20_000) }
  for (let count = 0; count < 900; count++) await app.inject({ method: 'PUT', url: path, payload })
  const response = await new Promise<IncomingMessage>(resolve => get(`${url}/__admin/requests`, resolve))
  response.pause()
  await setTimeout(100)
  await requests.clear()
  const shown = JSON.parse(await text(response)).requests
  t.ok(shown.length > 0 && shown.length < 400, `${shown.length} entries`)
})

t.test('a reader that is too slow for the journal is disconnected', async t => {
  const { url } = await start(t, { journalEntries: 20 })
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  t.teardown(() => socket.destroy())
  socket.write('GET /__admin/requests/stream HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await once(socket, 'data')
  socket.pause()
  const body = JSON.stringify({ nam: 'x'.repeat(16_000) })
  for (let count = 0; count < 1100; count++) await (await fetch(url + path, { method: 'PUT', headers: { 'content-type': 'application/json' }, body })).text()
  let received = ''
  socket.setEncoding('latin1').on('data', text => { received = (received + text).slice(-10) })
  socket.on('error', () => {})
  socket.resume()
  if (!socket.destroyed) await once(socket, 'close')
  t.not(received.slice(-5), '0\r\n\r\n', 'it was cut off, not ended')
  t.equal((await fetch(`${url}/__admin/requests`)).status, 200)
})

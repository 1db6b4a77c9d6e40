import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import t from 'tap'
import { build, start } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'
const change = { method: 'PUT', body: { description: 'x'.repeat(1000) } }

t.test('when many sandboxes are opened, the last ones stay up to the limit, and the journal notes the dropped ones', async t => {
  const call = await build(t, { maxSandboxes: 20 })
  for (let count = 0; count < 200; count++) await call(`/__sandbox/s${count}${path}`, change)
  const { body: { sandboxes } } = await call('/__admin/sandboxes')
  t.same([sandboxes.length, sandboxes[1].name, sandboxes.at(-1).name], [21, 's180', 's199'])
  t.match((await call('/__admin/requests?limit=1')).body.requests, [{ event: 'sandbox-dropped', sandbox: 's179', reason: 'limit' }])
})

t.test('after many requests, the journal still has the last ones', async t => {
  const { url } = await start(t)
  await sendMany(url, 5000)
  const { requests } = await (await fetch(`${url}/__admin/requests`)).json() as { requests: Array<{ id: number }> }
  t.same([requests.length, requests[0]?.id, requests.at(-1)?.id], [1000, 4001, 5000])
})

/** Sends this many requests over one connection, as fast as the server responds. */
async function sendMany (url: string, requests: number): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname).resume()
  const request = `HEAD ${path} HTTP/1.1\r\nHost: localhost\r\n`
  for (let sent = 1000; sent < requests; sent += 1000) await write(socket, `${request}\r\n`.repeat(1000))
  await write(socket, `${request}\r\n`.repeat(999) + `${request}Connection: close\r\n\r\n`)
  await once(socket, 'close')
}

async function write (socket: Socket, text: string): Promise<void> {
  if (!socket.write(text)) await once(socket, 'drain')
}

t.test('resets of two sandboxes disturb neither each other nor a list of a third one', async t => {
  const call = await build(t, { customers: 3000 })
  const list = '/ovoc/v1/topology/lcCustomers?detail=1'
  const whole = (await call(list)).text
  const stream = call(`/__sandbox/third${list}`)
  for (let round = 0; round < 5; round++) {
    await Promise.all(['one', 'two'].map(name => call(`/__sandbox/${name}${path}`, change)))
    await Promise.all(['one', 'two'].map(name => call(`/__sandbox/${name}/__admin/reset`, { method: 'POST' })))
    for (const name of ['one', 'two']) t.equal((await call(`/__sandbox/${name}${path}`)).body.description, 'Brad984')
  }
  t.equal((await stream).text.replaceAll('/__sandbox/third', ''), whole)
})

t.test('a list that is under way while its sandbox is reset is sent to its end', async t => {
  const { url } = await start(t, { customers: 20_000 })
  const answer = await fetch(`${url}/ovoc/v1/topology/lcCustomers?detail=1`)
  const reader = (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader()
  let text = (await reader.read()).value as string
  t.equal((await fetch(`${url}/__admin/reset`, { method: 'POST' })).status, 200)
  for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value
  t.equal(JSON.parse(text).lcCustomers.length, 20_008)
})

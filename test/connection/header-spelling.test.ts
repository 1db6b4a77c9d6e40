import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { sendRaw, start } from '../harness.ts'

const request = (line: string, headers = '') => `${line} HTTP/1.1\r\nHost: ovoc\r\n${headers}Connection: close\r\n\r\n`

t.test('every response, including errors, capitalises its header names', async t => {
  const { url } = await start(t)
  for (const [line, status] of [
    ['PUT /ovoc/v1/topology/customers/85844', 200], ['PUT /ovoc/v1/topology/customers/1', 404], ['PUT /ovoc/v1/topology/customers/x', 400],
    ['DELETE /ovoc/v1/topology/customers/85844', 405], ['GET /nothing', 404], ['GET /openapi.json', 200], ['GET /__admin/health', 200],
    ['GET /docs/index.css', 200]
  ] as const) {
    const [head = '', body = ''] = (await sendRaw(url, request(line, 'Origin: http://page.example\r\n'))).split('\r\n\r\n')
    t.match(head, `HTTP/1.1 ${status} `, line)
    t.match(head, /\r\nContent-Type: /, line)
    t.match(head, `\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`, line)
    t.notMatch(head, /\r\n[a-z]/, line)
  }
})

t.test('a header may have the name of a property that all objects have', async t => {
  const { url, rules } = await start(t)
  await rules.add({ status: 200, headers: { constructor: 'x', 'to-string': 'y', valueOf: 'z' }, body: {} })
  const answer = await sendRaw(url, request('PUT /ovoc/v1/topology/customers/85844'))
  t.match(answer, 'HTTP/1.1 200 ')
  for (const line of ['Constructor: x', 'To-String: y']) t.match(answer, `\r\n${line}\r\n`)
  t.match(answer, /\r\nvalueOf: z\r\n/i)
})

t.test('the header ETag keeps its special capitals', async t => {
  const { url, rules } = await start(t)
  await rules.add({ status: 200, headers: { etag: '"1"' }, body: {} })
  t.match(await sendRaw(url, request('PUT /ovoc/v1/topology/customers/85844')), /\r\nETag: /)
})

t.test('a request that is not HTTP, or too large to read, gets an error with a description', async t => {
  const { url } = await start(t)
  const garbage = await sendRaw(url, 'HELLO\r\n\r\n')
  t.match(garbage, /^HTTP\/1.1 400 Bad Request\r\nAccess-Control-Allow-Origin: \*\r\nContent-Type: application\/json; charset=utf-8\r\nContent-Length: \d+\r\nConnection: close\r\n\r\n\{"description":"the request is not HTTP\/1.1: /)
  t.match(await sendRaw(url, request('GET /', `X-Long: ${'x'.repeat(20_000)}\r\n`)), /^HTTP\/1.1 431 .*\{"description":"the request line and headers are larger than 16 KiB"\}$/s)
  t.match(await sendRaw(url, request(`PUT /ovoc/v1/topology/customers/${'9'.repeat(100_000)}`)), /^HTTP\/1.1 431 /)
  t.equal((await fetch(`${url}/ovoc/v1/topology/customers/85844`)).status, 200)
})

t.test('the header Connection: close ends the connection after its response; otherwise the connection stays open', async t => {
  const { url } = await start(t)
  const { port } = new URL(url)
  const ends = async (headers: string) => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.write(`GET /__admin/health HTTP/1.1\r\nHost: ovoc\r\n${headers}\r\n`)
    const [head] = await once(socket, 'data')
    const end = once(socket.resume(), 'end').then(() => true)
    const hasEnded = await Promise.race([end, setTimeout(300, false)])
    socket.destroy()
    return [/\r\nConnection: (\S+)\r\n/.exec(String(head))?.[1], hasEnded]
  }
  t.same([await ends('Connection: close\r\n'), await ends('')], [['close', true], ['keep-alive', false]])
})

t.test('a body that is too large to be read ends the connection; one that is not JSON does not', async t => {
  const { url } = await start(t)
  const path = '/ovoc/v1/topology/customers/85844 HTTP/1.1\r\nHost: ovoc\r\n'
  const put = (length: number) => `PUT ${path}Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n{x}`
  const large = await sendRaw(url, `${put(2_000_000)}GET ${path}\r\n`)
  t.match(large, /^HTTP\/1\.1 413 .*\r\nConnection: close\r\n/s)
  t.equal(large.split('HTTP/1.1 ').length - 1, 1)
  const malformed = await sendRaw(url, `${put(3)}GET ${path}Connection: close\r\n\r\n`)
  t.match(malformed, /^HTTP\/1\.1 400 .*\r\nHTTP\/1\.1 200 |^HTTP\/1\.1 400 .*\}HTTP\/1\.1 200 /s)
})

import { Chance } from './chance.js'
import { ask } from './compose.js'
import { Connection } from './connection.js'
import { faultOfError, operations } from './documents.js'
import { Finding, expect } from './finding.js'
import { Model } from './model.js'
import { bytesOf, largestBody } from './request.js'
import { count } from './tally.js'

// What would let later requests wait, or end nothing.
const unfit = ['streamRequests', 'waitForRequests', 'addRules', 'dropSandbox', 'openSandbox']
const bases = operations.filter(({ id }) => !unfit.includes(id))

/** Sends bytes that are nearly requests, or none at all, and wants nothing but well-formed answers and an end. */
export class RawLane {
  sent = 0
  #server
  #sender

  constructor (server, seed, index, world, token) {
    this.#server = server
    this.#sender = { name: 'raw', chance: new Chance(seed, index), model: new Model(world), token }
  }

  /** Sends so many. @throws {Finding} */
  async run (number) {
    for (; this.sent < number; this.sent++) {
      const bytes = this.#next()
      try {
        await this.#send(bytes)
      } catch (error) {
        throw error instanceof Finding ? error.at(bytes, this.sent) : error
      }
    }
  }

  #next () {
    const { chance } = this.#sender
    return kinds[chance.weighted({ nearly: 6, odd: 2, flood: 0.3, ahead: 0.5 })](this.#sender)
  }

  async #send (bytes) {
    const { chance } = this.#sender
    const connection = new Connection(this.#server.port, this.#server.patience)
    const parts = [...chance.is(0.1) ? letterwise(bytes) : [bytes], chance.is(0.9) ? farewell : Buffer.alloc(0)]
    if (chance.is(0.05)) {
      connection.leave(parts)
      return
    }
    // What is not whole is not answered, until the client says that no more comes.
    const answers = await connection.exchange(parts, anyNumber, { pause: 1, endsAfter: 50 })
    connection.destroy()
    for (const answer of answers) judgeRaw(answer, bytes)
    expect(connection.rest.length === 0 || mayLose(connection, bytes, answers), () => `after ${answers.length} whole answers comes ${JSON.stringify(connection.rest.toString('latin1').slice(0, 200))}`)
  }
}

// After what was a request, this one ends the connection.
const farewell = Buffer.from('GET /__admin/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n')
const anyNumber = Array(1000).fill('GET')

// A client that sends no more is taken for one that has left; and a connection that is closed on too large a body is reset for what was not read,
// which libuv tells as a mere end where some data came right before; but behind the refusal nothing comes.
function mayLose ({ isHalfClosed }, { length }, answers) {
  return isHalfClosed || (length > largestBody && answers.every(({ status }) => status !== 413))
}

function letterwise (bytes) {
  return [...Array.from({ length: Math.min(20, bytes.length) }, (_, at) => bytes.subarray(at, at + 1)), bytes.subarray(20)]
}

function judgeRaw ({ status, headers, body }, bytes) {
  count(undefined, status)
  const isAskedFor = /prefer|__code/i.test(bytes.toString('latin1'))
  expect(status < 500 || status === 501 || isAskedFor, `an answer is ${status}, which nobody asked for`)
  if (status < 400) return
  const type = headers.get('Content-Type')?.split(';')[0]
  const api = type === 'application/problem+json' ? 'control' : 'ovoc'
  const fault = faultOfError(api, type, JSON.parse(body))
  expect(fault === undefined, fault)
}

// Whether an answer has a body must not hang on which request it is of.
function baseOf (sender) {
  const request = ask(sender.chance.one(bases), sender)
  return bytesOf({ ...request, method: request.method.replace('HEAD', 'GET') }, sender.chance.is(0.2))
}

const kinds = {
  nearly (sender) {
    let bytes = baseOf(sender)
    for (let count = sender.chance.whole(1, 3); count > 0; count--) bytes = mutated(bytes, sender.chance)
    return bytes
  },
  odd: ({ chance }) => Buffer.from(chance.one(oddities), 'latin1'),
  flood: ({ chance }) => Buffer.from(`GET /ovoc/v1/topology/customers/85844 HTTP/1.1\r\n${chance.one(floods)}\r\n\r\n`, 'latin1'),
  ahead: sender => Buffer.concat(Array.from({ length: 20 }, () => baseOf(sender)))
}

const splinters = ['\r\n', '\n', '\r', '\0', ' ', '\t', ':', '%', 'HTTP/1.1', '\r\n\r\n', 'Content-Length: 5\r\n', 'Transfer-Encoding: chunked\r\n', '\xff\xfe', '0\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n']

function mutated (bytes, chance) {
  // The head decides most, so it is hit more often.
  const end = chance.is(0.8) ? Math.min(bytes.length, 300) : bytes.length
  const at = chance.whole(0, Math.max(0, end - 1))
  const until = Math.min(bytes.length, at + chance.whole(1, 20))
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
  switch (chance.weighted({ flip: 3, insert: 3, remove: 2, repeat: 1, end: 1 })) {
    case 'flip': return Buffer.concat([before, Buffer.from([chance.whole(0, 255)]), after.subarray(1)])
    case 'insert': return Buffer.concat([before, Buffer.from(chance.one(splinters), 'latin1'), after])
    case 'remove': return Buffer.concat([before, bytes.subarray(until)])
    case 'repeat': return Buffer.concat([bytes.subarray(0, until), after])
    default: return before
  }
}

const put = '/__sandbox/raw/ovoc/v1/topology/customers/85844'
const oddities = [
  '', '\r\n', '\r\n'.repeat(1000), 'GET\r\n\r\n', 'GET /\r\n\r\n', 'GET / HTTP/0.9\r\n\r\n', 'GET / HTTP/1.0\r\n\r\n', 'GET / HTTP/2.0\r\n\r\n', 'GET / HTTP/1.2\r\n\r\n', 'get / HTTP/1.1\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n', 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET http://evil.example/ovoc/v1/topology/customers/85844 HTTP/1.1\r\nHost: x\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 'GET / HTTP/1.1\nHost: a\n\n',
  'GET / HTTP/1.1\r\nHost : a\r\n\r\n', 'GET / HTTP/1.1\r\n Host: a\r\n\r\n', 'GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n', 'GET / HTTP/1.1\r\n: a\r\n\r\n', 'GET / HTTP/1.1\r\nX\r\n\r\n', 'A'.repeat(100_000),
  `PUT ${put} HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{"a":1}`, `PUT ${put} HTTP/1.1\r\nContent-Length: -1\r\n\r\n{}`, `PUT ${put} HTTP/1.1\r\nContent-Length: x\r\n\r\n{}`,
  `PUT ${put} HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n{}`, `PUT ${put} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{}`,
  `PUT ${put} HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, `PUT ${put} HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n{}`, `PUT ${put} HTTP/1.1\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
  `PUT ${put} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n`, `PUT ${put} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`, `PUT ${put} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n`,
  `PUT ${put} HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n2\r\n{}\r\n0\r\nTrailer: ${'x'.repeat(20_000)}\r\n\r\n`,
  `PUT ${put} HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\n \r\n'.repeat(5000)}`, `PUT ${put} HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n`
]
const floods = [
  Array.from({ length: 1500 }, (_, index) => `A${index}:`).join('\r\n'), Array.from({ length: 50_000 }, (_, index) => `X-${index}: y`).join('\r\n'), 'X: y\r\n'.repeat(2500).trim(),
  `${'N'.repeat(100_000)}: y`, `X: ${'y'.repeat(100_000)}`, `Cookie: ${'a=b; '.repeat(3000)}`, 'Content-Type: a\r\n'.repeat(900).trim(), 'X-Ovoc-Mock-Sandbox: raw\r\n'.repeat(500).trim()
]

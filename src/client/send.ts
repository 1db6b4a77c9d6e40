import { STATUS_CODES } from 'node:http'
import { Readable } from 'node:stream'
import type { OvocApp } from '../protocol/operations.ts'
import type { Refusal } from '../protocol/refusal.ts'
import { exchange } from './exchange.ts'

interface Response { status: number, body: unknown, url: string }

/** Sends a request of the control API to a server. A body that is not JSON is returned as text. */
export type Send = (method: string, path: string, body?: object) => Promise<Response>

/** Thrown if a server in the same process is closed. */
export class ServerClosed extends Error {
  override readonly name = 'ServerClosed'
  readonly code = 'OVOC_MOCK_CLOSED'
}

/**
 * Returns a function that sends requests over the network to the server at `url`.
 * @param app the server, if it is in this process. Its certificate is then not checked. Without a url, requests are
 * passed to it directly, so it need not listen.
 * @throws {ServerUnreachable}
 * @throws {ServerClosed}
 */
export function sendTo (url: string, adminToken: string, app?: OvocApp): Send {
  return async (method, path, body) => {
    if (app?.sandboxes.areClosed) throw new ServerClosed('the server is closed')
    const text = body && JSON.stringify(body)
    const headers = {
      ...adminToken !== '' && { authorization: `Bearer ${adminToken}` },
      ...text !== undefined && { 'content-type': 'application/json' }
    }
    if (app === undefined || url !== '') {
      const options = { method, headers, body: text, rejectUnauthorized: app === undefined }
      const answer = await exchange(url + path, options)
      return { status: answer.status, body: read(answer.text), url: url + path }
    }
    // `inject` would pass on a string with the global `setImmediate`, which never fires while a test has fake timers.
    const payload = text === undefined ? undefined : Readable.from([text])
    const answer = await app.inject({ method: method as 'GET', url: path, headers, payload })
    return { status: answer.statusCode, body: read(answer.body), url: path }
  }
}

function read (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/**
 * Why a server rejected a request, in the format of RFC 9457. A failed verification also has `count`, `expected` and
 * `nearMisses`.
 */
export interface Problem {
  title: string
  status: number
  /** What is wrong, where, and what was expected. */
  detail: string
  /** Every problem in a sentence. */
  problems: string[]
  [member: string]: unknown
}

/** Thrown if a server rejects a request. The message says in a test's output what to do. */
export class OvocMockError extends Error {
  override readonly name = 'OvocMockError'
  readonly code = 'OVOC_MOCK_REFUSED'
  readonly status: number
  readonly problem: Problem

  constructor (problem: Problem) {
    super([problem.detail, ...problem.problems.filter(one => !problem.detail.includes(one))].join('\n  '))
    this.status = problem.status
    this.problem = problem
  }
}

/**
 * Calls a function of a server in the same process.
 * @throws {OvocMockError} if the server rejects the call.
 */
export function answerOf<Answer> (call: () => Answer): Answer {
  try {
    return call()
  } catch (error) {
    const { statusCode: status, message: detail, problems = [] } = error as Refusal
    throw new OvocMockError({ title: STATUS_CODES[status] as string, status, detail, problems: [...problems] })
  }
}

/** Thrown if the response is not from ovoc-mock, or not from this address of it. */
class UnexpectedResponse extends Error {
  override readonly name = 'UnexpectedResponse'
  readonly code = 'OVOC_MOCK_UNEXPECTED_RESPONSE'
}

/** Sends a request to the control API and returns the content of the response. The path follows `/__admin`. */
export type Ask = <Answer> (method: string, path: string, body?: object) => Promise<Answer>

/**
 * Returns a function that sends requests by `send`. With the path of a sandbox as prefix, they go to that sandbox.
 * @throws {OvocMockError} if the server rejects the request.
 * @throws {UnexpectedResponse} if the response is not from the control API.
 */
export function askBy (send: Send, prefix = ''): Ask {
  return async <Answer> (method: string, path: string, question?: object) => {
    const { status, body, url } = await send(method, `${prefix}/__admin${path}`, question)
    const isObject = typeof body === 'object'
    if (isObject && body !== null && 'detail' in body && 'problems' in body) throw new OvocMockError(body as Problem)
    if (status < 300 && isObject) return body as Answer
    throw new UnexpectedResponse(`${method} ${url} returned ${status}, but not from ovoc-mock; ` +
      `the part before ${prefix}/__admin must be the url of an ovoc-mock, without a path of its own`)
  }
}

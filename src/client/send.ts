import { STATUS_CODES } from 'node:http'
import { Readable } from 'node:stream'
import type { OvocApp } from '../protocol/operations.ts'
import type { Refusal } from '../protocol/refusal.ts'
import { isPlainObject } from '../schema/parse-json.ts'
import { quote } from '../schema/quote.ts'
import { exchange } from './exchange.ts'

interface Response { status: number, body: unknown, url: string }

/** Brings a request of the control API to a server. A body that is not JSON comes back as text. */
export type Send = (method: string, path: string, body?: object) => Promise<Response>

/**
 * Sends over the network to the server at `url`.
 * @param app the server if it is in this process. Then its certificate need not prove anything.
 * @throws {ServerUnreachable}
 * @throws {ServerClosed}
 */
export function sendOverNetwork (url: string, adminToken: string, app?: OvocApp): Send {
  return async (method, path, body) => {
    if (app?.sandboxes.areClosed) throw new ServerClosed('the server is closed')
    const options = { method, rejectUnauthorized: app === undefined, ...contentOf(body, adminToken) }
    const { status, text } = await exchange(url + path, options)
    return { status, body: read(text), url: url + path }
  }
}

/** A server in the same process takes no requests any more. */
export class ServerClosed extends Error {
  override readonly name = 'ServerClosed'
  readonly code = 'OVOC_MOCK_CLOSED'
}

/**
 * Hands requests to a server in the same process that may not listen.
 * @throws {ServerClosed}
 */
export function sendInto (app: OvocApp, adminToken: string): Send {
  return async (method, path, body) => {
    if (app.sandboxes.areClosed) throw new ServerClosed('the server is closed')
    const { headers, body: text } = contentOf(body, adminToken)
    // A text would be handed over by the global `setImmediate`, which never happens while a test has fake timers.
    const payload = text === undefined ? undefined : Readable.from([text])
    const answer = await app.inject({ method: method as 'GET', url: path, headers, payload })
    return { status: answer.statusCode, body: read(answer.body), url: path }
  }
}

/** A call that TypeScript would not have allowed, or that this server can't do. */
export class WrongCall extends TypeError {
  readonly code = 'OVOC_MOCK_WRONG_CALL'
}

/**
 * An argument that must be an object. TypeScript sees to that, JavaScript does not.
 * @throws {WrongCall}
 */
export function objectGiven<Given extends object> (name: string, given: Given): Given {
  if (isPlainObject(given)) return given
  throw new WrongCall(`${name} must be an object, got ${quote(given)}`)
}

/**
 * An argument that must be an id.
 * @throws {WrongCall}
 */
export function idGiven (id: number): number {
  if (typeof id === 'number') return id
  throw new WrongCall(`the id must be a number, got ${quote(id)}`)
}

function contentOf (body: object | undefined, adminToken: string) {
  return {
    headers: {
      ...adminToken !== '' && { authorization: `Bearer ${adminToken}` },
      ...body !== undefined && { 'content-type': 'application/json' }
    },
    ...body !== undefined && { body: JSON.stringify(body) }
  }
}

function read (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Why a server refused, as RFC 9457 has it; a refused verification also tells `count`, `expected` and `nearMisses`. */
export interface Problem {
  title: string
  status: number
  /** What is wrong, where, and what was expected. */
  detail: string
  /** Every problem, a sentence each. */
  problems: string[]
  [member: string]: unknown
}

/** A refusal of a server, so told that a test's output says what to do. */
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
 * @throws {OvocMockError} for what the server refuses.
 */
export function answerOf<Answer> (call: () => Answer): Answer {
  try {
    return call()
  } catch (error) {
    const { statusCode: status, message: detail, problems = [] } = error as Refusal
    throw new OvocMockError({ title: STATUS_CODES[status] as string, status, detail, problems: [...problems] })
  }
}

/** What answers is not ovoc-mock, or not at this address. */
class UnexpectedResponse extends Error {
  override readonly name = 'UnexpectedResponse'
  readonly code = 'OVOC_MOCK_UNEXPECTED_RESPONSE'
}

/** Asks something of the control API and gives back what the answer holds; the path follows `/__admin`. */
export type Ask = <Answer> (method: string, path: string, body?: object) => Promise<Answer>

/**
 * Asks by a way of sending; under the path of a sandbox, it is that sandbox that is asked.
 * @throws {OvocMockError} for what the server refuses.
 * @throws {UnexpectedResponse} for what is not the control API.
 */
export function askBy (send: Send, prefix = ''): Ask {
  return async <Answer> (method: string, path: string, question?: object) => {
    const { status, body, url } = await send(method, `${prefix}/__admin${path}`, question)
    const isObject = typeof body === 'object'
    if (isObject && body !== null && 'detail' in body && 'problems' in body) throw new OvocMockError(body as Problem)
    if (status < 300 && isObject) return body as Answer
    throw new UnexpectedResponse(`${method} ${url} got the answer ${status}, but not as ovoc-mock gives it; ` +
      `what stands before ${prefix}/__admin must be the url of one, without a path of its own`)
  }
}

import { STATUS_CODES } from 'node:http'
import { Readable } from 'node:stream'
import type { OvocApp } from '../protocol/operations.ts'
import type { Refusal } from '../protocol/refusal.ts'
import { exchange } from './exchange.ts'

/** A server, as the clients of its sandboxes reach it. */
export interface Server {
  /** The address that its users see. It is empty for an app without a socket. */
  url: string
  /** The address that requests are sent to. If it is empty, they are passed to the app, which need not listen. */
  address: string
  adminToken: string
  /** The server itself, if it is in this process. Its certificate is then not checked. */
  app?: OvocApp | undefined
}

/** Thrown if a server in the same process is closed. */
export class ServerClosed extends Error {
  override readonly name = 'ServerClosed'
  readonly code = 'OVOC_MOCK_CLOSED'
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
export function resultOf<Result> (call: () => Result): Result {
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
export type Ask = <Result> (method: string, path: string, body?: object) => Promise<Result>

/**
 * Returns a function that sends requests to a server. With the path of a sandbox as prefix, they go to that sandbox.
 * @throws {OvocMockError} if the server rejects the request.
 * @throws {UnexpectedResponse} if the response is not from the control API.
 * @throws {ServerUnreachable}
 * @throws {ServerClosed}
 */
export function askBy ({ address, adminToken, app }: Server, prefix = ''): Ask {
  return async <Result> (method: string, path: string, question?: object) => {
    if (app?.sandboxes.areClosed) throw new ServerClosed('the server is closed')
    const url = `${address}${prefix}/__admin${path}`
    const body = question && JSON.stringify(question)
    const headers = {
      ...adminToken !== '' && { authorization: `Bearer ${adminToken}` },
      ...body !== undefined && { 'content-type': 'application/json' }
    }
    let response: { status: number, text: string }
    if (app !== undefined && address === '') {
      // `inject` would pass on a string with the global `setImmediate`, which never fires while a test has fake timers.
      const payload = body === undefined ? undefined : Readable.from([body])
      const { statusCode, body: text } = await app.inject({ method: method as 'GET', url, headers, payload })
      response = { status: statusCode, text }
    } else response = await exchange(url, { method, headers, body, rejectUnauthorized: app === undefined })

    const { status, text } = response
    let content: unknown
    try {
      content = JSON.parse(text)
    } catch {
      // The response is not from the control API.
    }
    const { detail, problems } = Object(content) as Partial<Problem>
    if (detail !== undefined && problems !== undefined) throw new OvocMockError(content as Problem)
    if (status < 300 && typeof content === 'object') return content as Result
    throw new UnexpectedResponse(`${method} ${url} returned ${status}, but not from ovoc-mock; ` +
      `the part before ${prefix}/__admin must be the url of an ovoc-mock, without a path of its own`)
  }
}

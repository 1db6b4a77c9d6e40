import { OvocMockError } from './ovoc-mock-error.ts'
import type { Problem } from './ovoc-mock-error.ts'
import type { Send } from './send.ts'

/** Asks something of the control API and gives back what the answer holds; the path follows `/__admin`. */
export type Ask = <Answer> (method: string, path: string, body?: object) => Promise<Answer>

/**
 * Asks by a way of sending; under the path of a sandbox, it is that sandbox that is asked.
 * @throws {OvocMockError} for what the server refuses.
 */
export function askBy (send: Send, prefix = ''): Ask {
  return async <Answer> (method: string, path: string, question?: object) => {
    const { status, body, url } = await send(method, `${prefix}/__admin${path}`, question)
    if (isProblem(body)) throw new OvocMockError(body)
    if (status < 300 && typeof body === 'object') return body as Answer
    throw new Error(`${method} ${url} got the answer ${status}, but not as ovoc-mock gives it; what stands before ${prefix}/__admin must be the url of one, without a path of its own`)
  }
}

function isProblem (body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'detail' in body && 'problems' in body
}

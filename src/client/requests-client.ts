import type { JournalEntry, JournalRequest } from '../control/request-shapes.ts'
import type { OperationId, ResourceName } from '../resources/index.ts'
import type { Given } from '../schema/option-schema.ts'
import { objectGiven } from './send.ts'
import type { Ask } from './send.ts'
import type { Match as AnyMatch } from '../sandbox/match.ts'

/** Which requests are meant: those that meet every condition; `{}` is all. */
export type Match = Given<AnyMatch & { operation: OperationId, resource: ResourceName }>

/** A request that a sandbox saw, and how it was answered; secrets in it are blanked. */
export type RequestEntry = Omit<JournalRequest, 'operation' | 'resource'> & {
  operation: OperationId | null
  resource: ResourceName | null
}

/** That a sandbox was dropped; the journal of the default one has such notes. */
export type DropNote = Extract<JournalEntry, { event: string }>

/** Which of the requests to list. */
export type RequestFilter = Given<{
  operation: OperationId
  /** Null is a connection that was closed without an answer. */
  status: number | null
  path: string
  method: string
  /** An instant by the sandbox's clock, or the id of an entry before them. */
  since: Date | string | number
  /** Gives the last ones. */
  limit: number
}>

/**
 * Which requests are expected, and how many of them: at least one unless told. A `status` of null is a connection that
 * was closed before.
 */
export type Expectation = Match & { status?: number | null | undefined } &
  (Counted<'times'> | Counted<'atLeast'> | Counted<'atMost'>)

type Counted<How> = { [Name in 'times' | 'atLeast' | 'atMost']?: Name extends How ? number | undefined : undefined }

/** The requests that a sandbox saw. */
export function requestsClient (ask: Ask) {
  return {
    /** Those that the filter leaves, oldest first; notes of dropped sandboxes are left out. */
    async list (filter: RequestFilter = {}) {
      objectGiven('the filter', filter)
      const query = new URLSearchParams()
      // A note has no path.
      for (const [name, value] of Object.entries({ ...filter, path: filter.path ?? '*' })) {
        if (value !== undefined) query.set(name, value instanceof Date ? value.toISOString() : String(value))
      }
      return (await ask<{ requests: RequestEntry[] }>('GET', `/requests?${query}`)).requests
    },
    get: (id: number): Promise<RequestEntry | DropNote> => ask('GET', `/requests/${id}`),
    /** Forgets every request. */
    clear: async (): Promise<void> => { await ask('DELETE', '/requests') },
    /**
     * Returns how many requests matched.
     * @throws {OvocMockError} with the nearest misses when they are not as many as expected.
     */
    async verify (expectation: Expectation) {
      const { times, atLeast, atMost, ...match } = objectGiven('the expectation', expectation)
      return (await ask<{ count: number }>('POST', '/requests/verify', { match, times, atLeast, atMost })).count
    },
    /**
     * Waits until as many requests as expected matched, 5000 milliseconds at most unless told, and returns them.
     * @throws {OvocMockError} as `verify` does when they are not in time.
     */
    async wait (expectation: Expectation & { timeout?: number | undefined }) {
      const { timeout, times, atLeast, atMost, ...match } = objectGiven('the expectation', expectation)
      const expected = { match, times, atLeast, atMost, timeout }
      return (await ask<{ requests: RequestEntry[] }>('POST', '/requests/wait', expected)).requests
    }
  }
}

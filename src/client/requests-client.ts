import type { JournalEntry, JournalRequest } from '../control/request-shapes.ts'
import type { OperationId, RequestBodyOf, ResourceName, ResponseBodyOf } from '../resources/index.ts'
import type { Given } from '../schema/option-schema.ts'
import { OvocMockError, idGiven, objectGiven } from './send.ts'
import type { Ask } from './send.ts'
import type { Match as AnyMatch } from '../sandbox/match.ts'

/** Which requests are meant: those that meet every condition; `{}` is all. */
export type Match = Given<AnyMatch & { operation: OperationId, resource: ResourceName }>

/**
 * A request that a sandbox saw, and the response that it got; secrets in it are blanked. With the name of an operation
 * its bodies have the types of that operation.
 */
export type RequestEntry<Id extends OperationId = OperationId> =
  Omit<JournalRequest, 'operation' | 'resource' | 'body' | 'response'> & {
    operation: Id | null
    resource: ResourceName | null
    /** Null without one; a text with its size where it could not be read. */
    body: OperationId extends Id ? unknown : RequestBodyOf<Id>
    response: Omit<JournalRequest['response'], 'body'> & {
      /** Of a success: an error's is `{ description }`. */
      body: OperationId extends Id ? unknown : ResponseBodyOf<Id>
    }
  }

/** That a sandbox was dropped; the journal of the default one has such notes. */
export type DropNote = Extract<JournalEntry, { event: string }>

/** Which of the requests to list. */
export type RequestFilter<Id extends OperationId = OperationId> = Omit<Match, 'operation'> & Given<{
  /** Its operationId in the OpenAPI document. */
  operation: Id
  /** The status of its answer; null is a connection that was closed before. */
  status: number | null
  /** An instant by the sandbox's clock: what is not older; or the id of an entry: what came after it. */
  since: Date | string | number
  /** How many at most; the last ones are given. */
  limit: number
}>

/**
 * Which requests are expected, and how many of them: at least one unless told. A `status` of null is a connection that
 * was closed before.
 */
export type Expectation<Id extends OperationId = OperationId> =
  Omit<Match, 'operation'> & {
    /** Its operationId in the OpenAPI document. */
    operation?: Id | undefined
    /** The status of its answer; null is a connection that was closed before. */
    status?: number | null | undefined
  } &
  (Counted<'times'> | Counted<'atLeast'> | Counted<'atMost'>)

interface Counts {
  /** Exactly so many. */
  times: number
  /** So many or more; 1 when none of the three is given. */
  atLeast: number
  /** So many or fewer. */
  atMost: number
}

type Counted<How> = { [Name in keyof Counts]?: Name extends How ? Counts[Name] | undefined : undefined }

/**
 * The requests that a sandbox saw.
 * @param consoleUrl the page that shows them, if the server listens.
 */
export function requestsClient (ask: Ask, consoleUrl?: string) {
  const expect = <Answer> (path: string, expectation: object): Promise<Answer> => {
    return ask<Answer>('POST', path, expectation).catch(error => {
      const isMismatch = error instanceof OvocMockError && error.status === 409
      if (isMismatch && consoleUrl !== undefined) error.message += `\n  See ${consoleUrl}`
      throw error
    })
  }
  return {
    /** Those that the filter leaves, oldest first; notes of dropped sandboxes are left out. */
    async list<Id extends OperationId = OperationId> (
      filter: RequestFilter<Id> = {}
    ): Promise<Array<RequestEntry<Id>>> {
      const { operation, path = '*', method, status, since, limit, ...match } = objectGiven('the filter', filter)
      const query = new URLSearchParams()
      // A note has no path.
      for (const [name, value] of Object.entries({ operation, path, method, status, since, limit })) {
        if (value !== undefined) query.set(name, value instanceof Date ? value.toISOString() : String(value))
      }
      if (Object.keys(match).length > 0) query.set('match', JSON.stringify(match))
      return (await ask<{ requests: Array<RequestEntry<Id>> }>('GET', `/requests?${query}`)).requests
    },
    /** The request with this id, or the note that a sandbox was dropped. */
    get: async (id: number): Promise<RequestEntry | DropNote> => await ask('GET', `/requests/${idGiven(id)}`),
    /** Forgets every request. */
    clear: async (): Promise<void> => { await ask('DELETE', '/requests') },
    /**
     * Returns how many requests matched.
     * @throws {OvocMockError} with the nearest misses, and the page that shows them, when they are not as many as
     * expected.
     */
    async verify (expectation: Expectation) {
      const { times, atLeast, atMost, ...match } = objectGiven('the expectation', expectation)
      return (await expect<{ count: number }>('/requests/verify', { match, times, atLeast, atMost })).count
    },
    /**
     * Waits until as many requests as expected matched, 5000 milliseconds at most unless told, and returns them.
     * @throws {OvocMockError} as `verify` does when they are not in time.
     */
    async wait<Id extends OperationId = OperationId> (
      expectation: Expectation<Id> & {
        /** How long to wait, in milliseconds. Default: 5000. */
        timeout?: number | undefined
      }
    ): Promise<Array<RequestEntry<Id>>> {
      const { timeout, times, atLeast, atMost, ...match } = objectGiven('the expectation', expectation)
      const expected = { match, times, atLeast, atMost, timeout }
      return (await expect<{ requests: Array<RequestEntry<Id>> }>('/requests/wait', expected)).requests
    }
  }
}

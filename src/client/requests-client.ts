import type { JournalEntry, JournalRequest } from '../control/read-entry.ts'
import type { OperationId, RequestBodyOf, ResourceName, ResponseBodyOf } from '../resources/index.ts'
import type { Given } from '../schema/option-schema.ts'
import { anId, checked, conditions, ofHook, optional } from './arguments.ts'
import { OvocMockError } from './send.ts'
import type { Ask } from './send.ts'
import type { Match as AnyMatch } from '../sandbox/match.ts'

/** The requests that meet every condition. `{}` means all requests. */
export type Match = Given<AnyMatch & { operation: OperationId, resource: ResourceName }>

/**
 * A request that a sandbox received, and its response. Secrets in both are blanked. If you name an operation, the
 * bodies have its types.
 */
export type RequestEntry<Id extends OperationId = OperationId> =
  Omit<JournalRequest, 'operation' | 'resource' | 'body' | 'response'> & {
    operation: Id | null
    resource: ResourceName | null
    /** Null if there is no body. If it could not be read, a text that names its size. */
    body: OperationId extends Id ? unknown : RequestBodyOf<Id>
    response: Omit<JournalRequest['response'], 'body'> & {
      /** Typed for a successful response. The body of an error is `{ description }`. */
      body: OperationId extends Id ? unknown : ResponseBodyOf<Id>
    }
  }

/** A note that a sandbox was dropped. Only the journal of the default sandbox has these notes. */
export type DropNote = Extract<JournalEntry, { event: string }>

/** The requests that meet every condition, typed by an operation. */
type EntryMatch<Id extends OperationId> = Omit<Match, 'operation'> & Given<{
  /** Its operationId in the OpenAPI document. */
  operation: Id
  /** The status of its response; null means that the connection was closed before it. */
  status: number | null
}>

/** The requests to list. */
export type RequestFilter<Id extends OperationId = OperationId> = EntryMatch<Id> & Given<{
  /** An instant by the sandbox's clock, to get entries from then on. Or the id of an entry, to get later ones. */
  since: Date | string | number
  /** How many entries at most; the last ones are returned. */
  limit: number
}>

/**
 * The expected requests and how many there should be. The default is at least one. A `status` of null means that the
 * connection was closed before the response.
 */
export type Expectation<Id extends OperationId = OperationId> =
  EntryMatch<Id> & (Counted<'times'> | Counted<'atLeast'> | Counted<'atMost'>)

interface Counts {
  /** Exactly this many. */
  times: number
  /** This many or more. Without times and atMost, the default is 1. */
  atLeast: number
  /** This many or fewer. */
  atMost: number
}

type Counted<How> = { [Name in keyof Counts]?: Name extends How ? Counts[Name] | undefined : undefined }

type InTime<Id extends OperationId = OperationId> = Expectation<Id> & {
  /** How long to wait, in milliseconds. Default: 5000. */
  timeout?: number | undefined
}

/**
 * The requests that a sandbox received.
 * @param consoleUrl the page that shows them, if the server listens.
 */
export function requestsClient (ask: Ask, consoleUrl?: string) {
  const expect = <Result> (path: string, expectation: InTime): Promise<Result> => {
    const { times, atLeast, atMost, timeout, ...match } = expectation
    return ask<Result>('POST', path, { match, times, atLeast, atMost, timeout }).catch(error => {
      const isMismatch = error instanceof OvocMockError && error.status === 409
      if (isMismatch && consoleUrl !== undefined) error.message += `\n  See ${consoleUrl}`
      throw error
    })
  }
  return checked({
    list: [optional(conditions('the filter', '{ operation, status }'))],
    get: [anId],
    clear: [ofHook],
    verify: [conditions('the expectation', '{ operation, times }')],
    wait: [conditions('the expectation', '{ operation, times, timeout }')]
  }, {
    /** Returns the matching requests, oldest first, without notes of dropped sandboxes. */
    async list<Id extends OperationId = OperationId> (
      filter: RequestFilter<Id> = {}
    ): Promise<Array<RequestEntry<Id>>> {
      const { operation, path = '*', method, status, since, limit, ...match } = filter
      const query = new URLSearchParams()
      // Notes have no path, so any path leaves them out.
      for (const [name, value] of Object.entries({ operation, path, method, status, since, limit })) {
        if (value !== undefined) query.set(name, value instanceof Date ? value.toISOString() : String(value))
      }
      if (Object.keys(match).length > 0) query.set('match', JSON.stringify(match))
      return (await ask<{ requests: Array<RequestEntry<Id>> }>('GET', `/requests?${query}`)).requests
    },
    /** Returns the request with this id, or the note with this id that a sandbox was dropped. */
    get: async (id: number): Promise<RequestEntry | DropNote> => await ask('GET', `/requests/${id}`),
    /** Deletes every request from the journal. */
    clear: async (): Promise<void> => { await ask('DELETE', '/requests') },
    /**
     * Returns how many requests matched.
     * @throws {OvocMockError} with the nearest misses, and the page that shows them, if the number is not as expected.
     */
    async verify (expectation: Expectation) {
      return (await expect<{ count: number }>('/requests/verify', expectation)).count
    },
    /**
     * Waits until as many requests matched as expected, and returns them. The default timeout is 5000 milliseconds.
     * @throws {OvocMockError} as `verify` does, if they do not arrive in time.
     */
    async wait<Id extends OperationId = OperationId> (expectation: InTime<Id>): Promise<Array<RequestEntry<Id>>> {
      return (await expect<{ requests: Array<RequestEntry<Id>> }>('/requests/wait', expectation)).requests
    }
  })
}

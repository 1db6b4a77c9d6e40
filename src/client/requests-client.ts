import type { JournalEntry, JournalRequest } from '../control/request-shapes.ts'
import type { OperationId, ResourceName } from '../resources/index.ts'
import type { Given } from '../schema/option-schema.ts'
import type { Ask } from './send.ts'
import type { Match as AnyMatch } from '../sandbox/match.ts'

/** Which requests are meant: those that meet every condition; `{}` is all. */
export type Match = Given<AnyMatch & { operation: OperationId, resource: ResourceName }>

/** A request that a sandbox saw, and how it was answered; secrets in it are blanked. */
export type RequestEntry = Omit<JournalRequest, 'operation' | 'resource'> & { operation: OperationId | null, resource: ResourceName | null }

/** That a sandbox was dropped; the journal of the default one has such notes. */
export type DropNote = Extract<JournalEntry, { event: string }>

/** Which of the requests to list: `since` is an instant by the sandbox's clock, or the id of an entry before them; `limit` gives the last ones. */
export type RequestFilter = Given<{
  operation: OperationId
  /** Null is a connection that was closed without an answer. */
  status: number | null
  path: string
  method: string
  since: Date | string | number
  limit: number
}>

/** Which requests are expected, and how many of them: at least one unless told. A `status` of null is a connection that was closed before. */
export type Expectation = Match & { status?: number | null | undefined } & (Counted<'times'> | Counted<'atLeast'> | Counted<'atMost'>)

type Counted<How> = { [Name in 'times' | 'atLeast' | 'atMost']?: Name extends How ? number | undefined : undefined }

/** The requests that a sandbox saw. */
export class RequestsClient {
  readonly #ask: Ask

  constructor (ask: Ask) {
    this.#ask = ask
  }

  /** Those that the filter leaves, oldest first; notes of dropped sandboxes are left out. */
  async list (filter: RequestFilter = {}): Promise<RequestEntry[]> {
    // A note has no path.
    return (await this.#ask<{ requests: RequestEntry[] }>('GET', `/requests${queryOf({ ...filter, path: filter.path ?? '*' })}`)).requests
  }

  get (id: number): Promise<RequestEntry | DropNote> {
    return this.#ask('GET', `/requests/${id}`)
  }

  /** Forgets every request. */
  async clear (): Promise<void> {
    await this.#ask('DELETE', '/requests')
  }

  /**
   * Tells how many requests were such.
   * @throws {OvocMockError} with the nearest misses when they are not as many as expected.
   */
  async verify (expectation: Expectation): Promise<number> {
    return (await this.#ask<{ count: number }>('POST', '/requests/verify', questionOf(expectation))).count
  }

  /**
   * Waits until as many requests as expected were such, 5000 milliseconds at most unless told, and gives them back.
   * @throws {OvocMockError} as `verify` does when they are not in time.
   */
  async wait ({ timeout, ...expectation }: Expectation & { timeout?: number | undefined }): Promise<RequestEntry[]> {
    return (await this.#ask<{ requests: RequestEntry[] }>('POST', '/requests/wait', { ...questionOf(expectation), timeout })).requests
  }
}

function questionOf ({ times, atLeast, atMost, ...match }: Expectation): object {
  return { match, times, atLeast, atMost }
}

function queryOf (filter: RequestFilter): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, value instanceof Date ? value.toISOString() : String(value))
  return `?${query}`
}

import type { OperationId } from '../resources/index.ts'
import type { Ask } from './ask.ts'
import type { Match } from './match.ts'

/** A request that a sandbox saw, and how it was answered. */
export interface JournalEntry {
  id: number
  time: string
  operation: OperationId | null
  method: string
  url: string
  path: string
  status: number | null
  [member: string]: unknown
}

/** Which of the requests to list. */
export interface JournalFilter { operation?: OperationId, status?: number, path?: string, method?: string, since?: Date | string, limit?: number }

/** How many requests are expected, at least one unless told; which ones is said beside it. */
export interface Expectation extends Match { status?: number, times?: number, atLeast?: number, atMost?: number }

/** The requests that a sandbox saw. */
export class RequestsClient {
  readonly #ask: Ask

  constructor (ask: Ask) {
    this.#ask = ask
  }

  /** Those that the filter leaves, oldest first. */
  async list (filter: JournalFilter = {}): Promise<JournalEntry[]> {
    return (await this.#ask<{ requests: JournalEntry[] }>('GET', `/requests${queryOf(filter)}`)).requests
  }

  get (id: number): Promise<JournalEntry> {
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
  async wait ({ timeout, ...expectation }: Expectation & { timeout?: number }): Promise<JournalEntry[]> {
    return (await this.#ask<{ requests: JournalEntry[] }>('POST', '/requests/wait', { ...questionOf(expectation), timeout })).requests
  }
}

function questionOf ({ times, atLeast, atMost, ...match }: Expectation): object {
  return { match, times, atLeast, atMost }
}

function queryOf (filter: JournalFilter): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, value instanceof Date ? value.toISOString() : String(value))
  return `?${query}`
}

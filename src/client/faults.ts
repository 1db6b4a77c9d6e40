import type { Ask } from './ask.ts'
import type { Match } from './match.ts'

/** One of the known weathers. */
export type FaultPreset = 'outage' | 'slow' | 'flaky' | 'rate-limited'

/** What goes wrong. */
export type FaultEffect =
  | { status: number, body?: unknown, description?: string, retryAfter?: number }
  | { delay: number | { from: number, to: number } | { median: number, sigma: number } }
  | { break: 'reset' | 'empty' | 'cut' | 'malformed' }
  | { rateLimit: { requests: number, seconds: number } }

/** What goes wrong, with which requests and how often. */
export type FaultRule = FaultEffect & { match?: Match, times?: number, after?: number, probability?: number }

/** A rule that is in force. */
export type ActiveFault = FaultRule & { id: number, matched: number, fired: number }

/** What goes wrong in a sandbox on purpose. */
export class FaultsClient {
  readonly #ask: Ask

  constructor (ask: Ask) {
    this.#ask = ask
  }

  /** Adds one rule, or those of a preset, and gives them back with their ids. */
  async add (rule: FaultRule | { preset: FaultPreset }): Promise<ActiveFault[]> {
    return (await this.#ask<{ rules: ActiveFault[] }>('POST', '/faults', rule)).rules
  }

  /** The rules in force, with how many requests each matched and how often it fired. */
  async list (): Promise<ActiveFault[]> {
    return (await this.#ask<{ rules: ActiveFault[] }>('GET', '/faults')).rules
  }

  get (id: number): Promise<ActiveFault> {
    return this.#ask('GET', `/faults/${id}`)
  }

  async delete (id: number): Promise<void> {
    await this.#ask('DELETE', `/faults/${id}`)
  }

  /** Deletes every rule. */
  async clear (): Promise<void> {
    await this.#ask('DELETE', '/faults')
  }
}

import type { FaultCreation, FaultFacts } from '../control/faults.ts'
import type { Given } from '../schema/given.ts'
import type { Ask } from './ask.ts'
import type { Match } from './match.ts'

type Rule = Omit<FaultCreation, 'preset' | 'match'>
type Circumstance = 'times' | 'after' | 'probability'
type With<Field extends keyof Rule, More extends keyof Rule = never> =
  Required<Pick<Rule, Field>> & Given<Pick<Rule, More>> & { [Other in Exclude<keyof Rule, Field | More | Circumstance>]?: undefined }

/** What goes wrong, one of these: an answer with a status, a delay in milliseconds, a broken connection, or 429 beyond a rate. */
export type FaultEffect = With<'status', 'body' | 'description' | 'retryAfter'> | With<'delay'> | With<'break'> | With<'rateLimit'>

/** What goes wrong, with which requests, how often and how likely. */
export type FaultRule = FaultEffect & Given<Pick<Rule, Circumstance>> & { match?: Match | undefined }

/** A set of rules under a name. */
export type FaultPreset = NonNullable<FaultCreation['preset']>

type PresetAlone = { preset: FaultPreset } & { [Other in keyof Rule | 'match']?: undefined }

/** A rule in force, with how many requests matched it and for how many it took effect. */
export type ActiveFault = Omit<FaultFacts, 'match'> & { match?: Match }

/** What goes wrong in a sandbox on purpose. */
export class FaultsClient {
  readonly #ask: Ask

  constructor (ask: Ask) {
    this.#ask = ask
  }

  /** Adds one rule, or those of a preset, and gives them back with their ids. */
  async add (rule: FaultRule | PresetAlone): Promise<ActiveFault[]> {
    return (await this.#ask<{ rules: ActiveFault[] }>('POST', '/faults', rule)).rules
  }

  /** The rules in force, in the order in which they are looked at. */
  async list (): Promise<ActiveFault[]> {
    return (await this.#ask<{ rules: ActiveFault[] }>('GET', '/faults')).rules
  }

  get (id: number): Promise<ActiveFault> {
    return this.#ask('GET', `/faults/${id}`)
  }

  async delete (id: number): Promise<void> {
    await this.#ask('DELETE', `/faults/${id}`)
  }

  /** Deletes every rule; `reset` brings those of the server's options back. */
  async clear (): Promise<void> {
    await this.#ask('DELETE', '/faults')
  }
}

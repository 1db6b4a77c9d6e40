import type { RuleCreation, RuleFacts } from '../control/rule-routes.ts'
import type { Given } from '../schema/option-schema.ts'
import type { Ask } from './send.ts'
import type { Match } from './requests-client.ts'

type RuleFields = Omit<RuleCreation, 'preset' | 'match'>
type Circumstance = 'times' | 'after' | 'probability'
type With<Field extends keyof RuleFields, More extends keyof RuleFields = never> =
  Required<Pick<RuleFields, Field>> & Given<Pick<RuleFields, More>> &
  { [Other in Exclude<keyof RuleFields, Field | More | Circumstance>]?: undefined }

/** What goes wrong: a response with a status, a delay in milliseconds, a broken connection, or 429 beyond a rate. */
export type RuleEffect =
  With<'status', 'body' | 'description' | 'retryAfter'> | With<'delay'> | With<'break'> | With<'rateLimit'>

/** What goes wrong, with which requests, how often and how likely. */
export type Rule = RuleEffect & Given<Pick<RuleFields, Circumstance>> & { match?: Match | undefined }

/** A set of rules under a name. */
export type RulePreset = NonNullable<RuleCreation['preset']>

type PresetAlone = { preset: RulePreset } & { [Other in keyof RuleFields | 'match']?: undefined }

/** A rule in force, with how many requests matched it and for how many it took effect. */
export type ActiveRule = Omit<RuleFacts, 'match'> & { match?: Match }

/** What goes wrong in a sandbox on purpose. */
export function rulesClient (ask: Ask) {
  return {
    /** Adds one rule, or those of a preset, and returns them with their ids. */
    add: async (rule: Rule | PresetAlone) => (await ask<{ rules: ActiveRule[] }>('POST', '/faults', rule)).rules,
    /** The rules in force, in the order in which they are looked at. */
    list: async () => (await ask<{ rules: ActiveRule[] }>('GET', '/faults')).rules,
    get: (id: number): Promise<ActiveRule> => ask('GET', `/faults/${id}`),
    delete: async (id: number): Promise<void> => { await ask('DELETE', `/faults/${id}`) },
    /** Deletes every rule; `reset` brings those of the server's options back. */
    clear: async (): Promise<void> => { await ask('DELETE', '/faults') }
  }
}

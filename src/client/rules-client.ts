import type { RuleFacts } from '../control/rule-routes.ts'
import type { PresetName } from '../sandbox/presets.ts'
import type { Respond, Rule as AnyRule, RuleResponse } from '../sandbox/rule.ts'
import type { Given } from '../schema/option-schema.ts'
import { WrongCall, anId, anObject, checked, ofHook } from './arguments.ts'
import type { Ask } from './send.ts'
import type { Match } from './requests-client.ts'

/** The requests that a rule applies to, how often it applies, and how long the responses wait. */
interface Circumstances {
  /**
   * The conditions that a request must meet. It matches if all of them hold; {} matches every request. Default: every
   * request except those to `/__admin` and `/docs`.
   */
  match?: Match | undefined
  /** Milliseconds that the response waits: a fixed number, or a random one {from, to}. All delays add up. */
  delay?: number | { from: number, to: number } | undefined
  /** How often the rule takes effect; then it is skipped. Default: always. */
  times?: number | undefined
  /** How many matching requests pass before the rule takes effect. Default: 0. */
  after?: number | undefined
  /** How likely the rule takes effect. The seed decides, so the same run has the same result. Default: 1. */
  probability?: number | undefined
}

/** What a rule can do besides a delay. */
interface Effects {
  /**
   * Status of the response; with a body the default is 200. 200 or 201 without headers and body sends the simulator's
   * own response, or on an unknown path that status alone.
   */
  status: number
  /** Headers of the response; a list sends the header several times, as Set-Cookie needs it. */
  headers: Record<string, string | string[]>
  /**
   * Body of the response. Text is sent as it is, as text/plain unless headers set another type. Anything else is sent
   * as JSON. Default: OVOC's own error body from status 400 on, otherwise none.
   */
  body: unknown
  /**
   * Responses that are sent in turn. Each is a status, or an object with status, headers and body. The last one
   * repeats, unless times ends the rule.
   */
  responses: Array<number | RuleResponse>
  /**
   * How the response fails. reset resets the connection. empty closes it without sending a byte. cut closes it in the
   * middle of the body of the real response. malformed sends the real response without the last character of its body.
   */
  break: NonNullable<AnyRule['break']>
  /**
   * Responds with 429 if there are more than this many requests in this many seconds. The seconds are those of the
   * sandbox's clock; while it is frozen, the next window never opens.
   */
  rateLimit: { requests: number, seconds: number }
  /**
   * Makes each response. If it returns undefined, the request passes on to the simulator's own response. It works only
   * for servers in the same process.
   */
  respond: Respond
}

type OfResponse = 'status' | 'headers' | 'body'
type NotOfResponse = Exclude<keyof Effects, OfResponse>
type Has<Name extends keyof Effects> = Pick<Effects, Name>
type Without<Name extends keyof Effects> = { [Other in Name]?: undefined }
type Only<Name extends keyof Effects> = Has<Name> & Without<Exclude<keyof Effects, Name>>

/** What happens when a request matches. */
export type Rule = Circumstances & (
  (Given<Has<OfResponse>> & (Has<'status'> | Has<'headers'> | Has<'body'>) & Without<NotOfResponse>) |
  Only<'responses'> | Only<'break'> | Only<'rateLimit'> | Only<'respond'> |
  ({ delay: NonNullable<Circumstances['delay']> } & Without<keyof Effects>)
)

/** The name of a set of rules. */
export type RulePreset = PresetName

type PresetAlone = {
  /** The name of a set of rules. It replaces all other fields. */
  preset: RulePreset
} & { [Other in keyof Circumstances | keyof Effects]?: undefined }

/** An active rule. It counts the requests that matched, and those for which it took effect. */
export type ActiveRule = Omit<RuleFacts, 'match'> & { match?: Match }

/**
 * The rules of a sandbox.
 * @param addHere adds a rule to a server in the same process, without converting it to JSON.
 */
export function rulesClient (ask: Ask, addHere?: (rule: AnyRule) => RuleFacts) {
  const aRule = anObject('the rule', 'an object such as { match, status } or { preset }')
  return checked({ add: [aRule], list: [], get: [anId], delete: [anId], clear: [ofHook] }, {
    /**
     * Adds a rule, or the rules of a preset, and returns them with their ids.
     * @throws {WrongCall} for a function if the server is in another process.
     */
    async add (rule: Rule | PresetAlone): Promise<ActiveRule[]> {
      const { respond } = rule as Partial<Effects>
      if (respond !== undefined) {
        if (addHere !== undefined) return [addHere(rule as AnyRule) as ActiveRule]
        throw new WrongCall('a rule with a function needs a server in the same process, as startOvocMock makes it')
      }
      return (await ask<{ rules: ActiveRule[] }>('POST', '/rules', rule)).rules
    },
    /** Returns the active rules in the order in which they are tried. */
    list: async () => (await ask<{ rules: ActiveRule[] }>('GET', '/rules')).rules,
    /** Returns the rule with this id, and how often it took effect. */
    get: async (id: number): Promise<ActiveRule> => await ask('GET', `/rules/${id}`),
    /** Deletes one rule. */
    delete: async (id: number): Promise<void> => { await ask('DELETE', `/rules/${id}`) },
    /** Deletes every rule. `reset` brings back the rules of the server's options. */
    clear: async (): Promise<void> => { await ask('DELETE', '/rules') }
  })
}

import type { RuleCreation, RuleFacts } from '../control/rule-routes.ts'
import type { Respond, Rule as AnyRule, RuleResponse } from '../sandbox/rule.ts'
import { WrongCall, idGiven, objectGiven } from './send.ts'
import type { Ask } from './send.ts'
import type { Match } from './requests-client.ts'

/** Which requests a rule is for, how long their responses wait, and how often. */
interface Circumstances {
  /**
   * Which requests are meant. A request matches if every condition holds; {} matches all. Default: every request except
   * those to `/__admin` and `/docs`.
   */
  match?: Match | undefined
  /** Milliseconds that the response waits: a fixed number, or a random one {from, to}. All delays add up. */
  delay?: number | { from: number, to: number } | undefined
  /** How often it takes effect; then it is passed over. Default: always. */
  times?: number | undefined
  /** How many of the requests that match it lets pass first. Default: 0. */
  after?: number | undefined
  /** How likely it takes effect; the seed decides, so the same run goes the same way. Default: 1. */
  probability?: number | undefined
}

/** Sends a response. 200 or 201 alone is the simulator's own response. */
interface ResponseRule {
  /** Status of the response; with a body the default is 200. 200 or 201 alone is the simulator's own response. */
  status?: number | undefined
  /** Headers of the response; a list sends the header several times, as Set-Cookie needs it. */
  headers?: Record<string, string | string[]> | undefined
  /**
   * Body of the response: text is sent as it is, as text/plain unless headers say otherwise; anything else is sent as
   * JSON. Default: OVOC's own error body from status 400, else none.
   */
  body?: unknown
}

/** Sends responses in turn. */
interface ResponsesRule {
  /**
   * Responses in turn, each a status or an object with status, headers and body. The last one stays, unless times ends
   * the rule.
   */
  responses: Array<number | RuleResponse>
}

/** Breaks the connection or the response. */
interface BreakRule {
  /**
   * reset the connection; close it without a byte (empty); send the real response and close in the middle of its body
   * (cut) or without the last character of its body (malformed).
   */
  break: NonNullable<AnyRule['break']>
}

/** Responds with 429 and `Retry-After` beyond a rate. */
interface RateLimitRule {
  /**
   * Respond with 429 beyond so many requests in so many seconds of the sandbox's clock; while that is frozen the next
   * window never opens.
   */
  rateLimit: { requests: number, seconds: number }
}

/** Makes each response by a function. Only for servers in the same process. */
interface RespondRule {
  /** Undefined lets the request pass, to the simulator's own response. */
  respond: Respond
}

/** Lets responses wait. */
interface DelayRule {
  /** Milliseconds that the response waits: a fixed number, or a random one {from, to}. All delays add up. */
  delay: NonNullable<Circumstances['delay']>
}

type Effects = ResponseRule & ResponsesRule & BreakRule & RateLimitRule & RespondRule
type Has<Field extends keyof ResponseRule> = Required<Pick<ResponseRule, Field>>
type Only<Effect> = Effect & { [Other in Exclude<keyof Effects, keyof Effect>]?: undefined }

/** What is done when a request matches. */
export type Rule = Circumstances & (
  (Only<ResponseRule> & (Has<'status'> | Has<'headers'> | Has<'body'>)) |
  Only<ResponsesRule> | Only<BreakRule> | Only<RateLimitRule> | Only<RespondRule> | Only<DelayRule>
)

/** A set of rules under a name. */
export type RulePreset = NonNullable<RuleCreation['preset']>

type PresetAlone = {
  /** A set of rules under a name, in the place of all other fields. */
  preset: RulePreset
} & { [Other in keyof Circumstances | keyof Effects]?: undefined }

/** A rule in force, with how many requests matched it and for how many it took effect. */
export type ActiveRule = Omit<RuleFacts, 'match'> & { match?: Match }

/**
 * The rules of a sandbox.
 * @param addHere adds a rule to a server in the same process, without JSON between.
 */
export function rulesClient (ask: Ask, addHere?: (rule: AnyRule) => RuleFacts) {
  return {
    /**
     * Adds one rule, or those of a preset, and returns them with their ids.
     * @throws {WrongCall} for a function if the server is in another process.
     */
    async add (rule: Rule | PresetAlone): Promise<ActiveRule[]> {
      const { respond } = objectGiven('the rule', rule) as Partial<RespondRule>
      if (respond !== undefined) {
        if (addHere !== undefined) return [addHere(rule as AnyRule) as ActiveRule]
        throw new WrongCall('a rule with a function needs a server in the same process, as startOvocMock makes it')
      }
      return (await ask<{ rules: ActiveRule[] }>('POST', '/rules', rule)).rules
    },
    /** The rules in force, in the order in which they are looked at. */
    list: async () => (await ask<{ rules: ActiveRule[] }>('GET', '/rules')).rules,
    /** The rule with this id, and how often it took effect. */
    get: async (id: number): Promise<ActiveRule> => await ask('GET', `/rules/${idGiven(id)}`),
    /** Deletes one rule. */
    delete: async (id: number): Promise<void> => { await ask('DELETE', `/rules/${idGiven(id)}`) },
    /** Deletes every rule; `reset` brings those of the server's options back. */
    clear: async (): Promise<void> => { await ask('DELETE', '/rules') }
  }
}

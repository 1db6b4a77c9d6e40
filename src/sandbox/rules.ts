import { STATUS_CODES } from 'node:http'
import { mix } from '../dataset/blocks.ts'
import { maxDelay } from './clock.ts'
import type { Respond, Rule, RuleResponse } from './rule.ts'
import { matches } from './match.ts'
import type { RequestFacts } from './match.ts'

/** What the rules do to one request. */
export interface Decision {
  /** How long its response waits, in milliseconds. */
  delay: number
  /** The response that is sent instead of the simulator's own. */
  response: RuleResponse | undefined
  respond: Respond | undefined
  break: Rule['break']
  /** Texts that say which rule does what. */
  reasons: string[]
}

/** A rule in a sandbox, with its counts so far. */
export interface ActiveRule {
  readonly id: number
  readonly rule: Rule
  /** How many requests matched the rule. */
  matched: number
  /** For how many of them the rule took effect. */
  fired: number
  /** The start of a rate limit's window in milliseconds, and the number of requests since then. */
  windowStart: number
  windowRequests: number
}

/** The rules of one sandbox by id, in the order in which they were added. */
export class Rules extends Map<number, ActiveRule> {
  readonly #seed: number
  #nextId = 1

  constructor (seed: number, rules: readonly Rule[]) {
    super()
    this.#seed = seed
    for (const rule of rules) this.add(rule)
  }

  add (rule: Rule): ActiveRule {
    const active = { id: this.#nextId++, rule, matched: 0, fired: 0, windowStart: -Infinity, windowRequests: 0 }
    this.set(active.id, active)
    return active
  }

  /**
   * Decides what the rules do to a request. Delays add up, and the first other effect ends the search.
   * @param now the sandbox's time in milliseconds.
   * @param isUnknown whether no route has the path and method. The simulator's own response is then an error.
   */
  decide (facts: RequestFacts, now: number, isUnknown: boolean): Decision {
    const decision: Decision = { delay: 0, response: undefined, respond: undefined, break: undefined, reasons: [] }
    for (const active of this.values()) {
      const { id, rule } = active
      const { match = {}, times = Infinity, after = 0, probability = 1, delay, rateLimit, respond, responses } = rule
      if (!matches(match, facts)) continue

      active.matched++
      if (active.fired >= times || active.matched <= after || this.#chance(active, 0) >= probability) continue
      if (rateLimit !== undefined) {
        // A new window also begins if the clock was set back.
        if (now < active.windowStart || now >= active.windowStart + rateLimit.seconds * 1000) {
          active.windowStart = now
          active.windowRequests = 0
        }
        if (++active.windowRequests <= rateLimit.requests) continue
      }
      active.fired++

      if (delay !== undefined) {
        const { from, to } = typeof delay === 'number' ? { from: delay, to: delay } : delay
        const milliseconds = from + Math.floor(this.#chance(active, 1) * (to - from + 1))
        decision.delay = Math.min(maxDelay, decision.delay + milliseconds)
        decision.reasons.push(`rule ${id}: waits ${milliseconds} ms`)
      }

      // Find the rule's effect besides the delay. If there is none, the search goes on with later rules.
      const turn = responses?.[Math.min(active.fired, responses.length) - 1] ?? rule
      const response: RuleResponse = typeof turn === 'number' ? { status: turn } : turn
      const { status = 200, headers, body } = response
      let reason = `rule ${id}: `
      if (rateLimit !== undefined) {
        const left = Math.ceil((active.windowStart + rateLimit.seconds * 1000 - now) / 1000)
        const limit = `allows ${rateLimit.requests} requests in ${rateLimit.seconds} s, and more in ${left} s`
        reason += limit
        const description = `${STATUS_CODES[429]} (rule ${id} of the simulator ${limit})`
        decision.response = { status: 429, headers: { 'Retry-After': String(left) }, body: { description } }
      } else if (rule.break !== undefined) {
        decision.break = rule.break
        reason += rule.break === 'malformed' ? 'answers malformed JSON' : `breaks the connection (${rule.break})`
      } else if (respond !== undefined) {
        decision.respond = respond
        reason += 'answers by its function'
      } else if (response.status !== undefined || headers !== undefined || body !== undefined) {
        const isBare = headers === undefined && body === undefined
        const isOwn = !isUnknown && isBare && (status === 200 || status === 201)
        reason += isOwn ? 'lets the request pass' : `answers ${status}`
        const origin = `rule ${id} of the simulator; give it a body for another text`
        const error = { description: `${STATUS_CODES[status] ?? status} (${origin})` }
        const isEmpty = body === undefined && status >= 400
        if (!isOwn) decision.response = { ...response, status, ...isEmpty && { body: error } }
      } else continue
      decision.reasons.push(reason)
      break
    }
    return decision
  }

  /** Returns a number from 0 to below 1. It follows from the seed, the rule, its count of requests and the draw. */
  #chance ({ id, matched }: ActiveRule, draw: number): number {
    let bits = 0
    for (const number of [this.#seed, id, matched, draw]) bits = mix(mix(bits ^ number) ^ Math.floor(number / 2 ** 32))
    return bits / 2 ** 32
  }

  /** Returns independent rules with the same counts. */
  copy (): Rules {
    const copy = new Rules(this.#seed, [])
    for (const [id, rule] of this) copy.set(id, { ...rule })
    copy.#nextId = this.#nextId
    return copy
  }
}

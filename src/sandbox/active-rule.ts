import type { Rule } from './rule.ts'
import { mix } from '../dataset/blocks.ts'

/** What is answered in the place of the real answer. */
export interface RuleResponse {
  status: number
  body: unknown
  /** Seconds. */
  retryAfter: number | undefined
}

/** What a rule does to a request: exactly one of delay, answer and break. */
export interface Outcome {
  /** Which rule does what, for log and journal. */
  reason: string
  /** Milliseconds. */
  delay?: number
  answer?: RuleResponse
  break?: Rule['break']
}

/** A rule in a sandbox, and what it has done so far. */
export class ActiveRule {
  readonly id: number
  readonly rule: Rule
  readonly #seed: number
  /** How many requests matched. */
  matched = 0
  /** For how many of them it took effect. */
  fired = 0
  /** Of a rate limit: when it began, in milliseconds, and how many requests came since. */
  #window = { start: -Infinity, requests: 0 }

  constructor (id: number, rule: Rule, seed: number) {
    this.id = id
    this.rule = rule
    this.#seed = seed
  }

  /** Counts a request that matches, and says what happens to it; undefined is nothing. */
  meet (now: number): Outcome | undefined {
    this.matched++
    if (!this.#takesEffect(now)) return undefined
    this.fired++
    return this.#outcome(now)
  }

  /** One of its own that has done the same. */
  copy (): ActiveRule {
    const copy = new ActiveRule(this.id, this.rule, this.#seed)
    copy.matched = this.matched
    copy.fired = this.fired
    copy.#window = { ...this.#window }
    return copy
  }

  #takesEffect (now: number): boolean {
    const { times = Infinity, after = 0, probability = 1, rateLimit } = this.rule
    if (this.fired >= times || this.matched <= after || this.#chance(0) >= probability) return false
    return rateLimit === undefined || this.#exceeds(rateLimit, now)
  }

  #chance (draw: number): number {
    return chance(this.#seed, this.id, this.matched, draw)
  }

  // A clock that was set back begins a window too.
  #exceeds ({ requests, seconds }: { requests: number, seconds: number }, now: number): boolean {
    const { start } = this.#window
    if (now < start || now >= start + seconds * 1000) this.#window = { start: now, requests: 0 }
    return ++this.#window.requests > requests
  }

  #outcome (now: number): Outcome {
    const { status, delay, rateLimit, break: breaks } = this.rule
    if (delay !== undefined) {
      const { from, to } = typeof delay === 'number' ? { from: delay, to: delay } : delay
      const milliseconds = from + Math.floor(this.#chance(1) * (to - from + 1))
      return { reason: this.#says(`waits ${milliseconds} ms`), delay: milliseconds }
    }
    if (status !== undefined) return this.#answers(status, `answers ${status}`)
    if (rateLimit === undefined) return { reason: this.#says(breaks === 'malformed' ? 'answers malformed JSON' : `breaks the connection (${breaks})`), break: breaks }
    const left = Math.ceil((this.#window.start + rateLimit.seconds * 1000 - now) / 1000)
    return this.#answers(429, `allows ${rateLimit.requests} requests in ${rateLimit.seconds} seconds, and more in ${left}`, left)
  }

  #answers (status: number, does: string, retryAfter = this.rule.retryAfter): Outcome {
    const reason = this.#says(does)
    const { body, description = reason } = this.rule
    return { reason, answer: { status, body: body === undefined ? { description } : body, retryAfter } }
  }

  #says (does: string): string {
    return `rule ${this.id}: ${does}`
  }
}

/** A number from 0 up to but not 1 that follows from the given ones alone. */
export function chance (...numbers: number[]): number {
  let bits = 0
  for (const number of numbers) bits = mix(mix(bits ^ number) ^ Math.floor(number / 2 ** 32))
  return bits / 2 ** 32
}

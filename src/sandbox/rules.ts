import { ActiveRule } from './active-rule.ts'
import type { RuleResponse, Outcome } from './active-rule.ts'
import { longestDelay } from './clock.ts'
import type { Rule } from './rule.ts'
import { matches } from './match.ts'
import type { RequestFacts } from './match.ts'

/** What happens to one request. */
export interface Decision {
  /** How long its answer waits, in milliseconds. */
  delay: number
  answer: RuleResponse | undefined
  break: Rule['break']
  /** Which rules do what. */
  reasons: string[]
}

/** The rules of one sandbox, in the order in which they were added. */
export class Rules {
  readonly #seed: number
  #rules = new Map<number, ActiveRule>()
  #nextId = 1

  constructor (seed: number, rules: readonly Rule[]) {
    this.#seed = seed
    for (const rule of rules) this.add(rule)
  }

  get count (): number {
    return this.#rules.size
  }

  get isEmpty (): boolean {
    return this.#rules.size === 0
  }

  add (rule: Rule): ActiveRule {
    const active = new ActiveRule(this.#nextId++, rule, this.#seed)
    this.#rules.set(active.id, active)
    return active
  }

  get (id: number): ActiveRule | undefined {
    return this.#rules.get(id)
  }

  values (): Iterable<ActiveRule> {
    return this.#rules.values()
  }

  /** Tells whether there was such a rule. */
  delete (id: number): boolean {
    return this.#rules.delete(id)
  }

  clear (): void {
    this.#rules.clear()
  }

  /**
   * What the rules do to a request: delays add up, and the first other effect ends the search.
   * @param isRead whether its body is; rules that look at the body wait for that, all others don't.
   * @param now the sandbox's time in milliseconds.
   */
  decide (facts: RequestFacts, isRead: boolean, now: number): Decision {
    const decision: Decision = { delay: 0, answer: undefined, break: undefined, reasons: [] }
    for (const rule of this.#rules.values()) {
      const { match = {} } = rule.rule
      if ((match.body !== undefined) !== isRead || !matches(match, facts)) continue
      const outcome = rule.meet(now)
      if (outcome === undefined) continue
      addTo(decision, outcome)
      if (outcome.delay === undefined) break
    }
    return decision
  }

  /** Rules of its own that have done the same. */
  copy (): Rules {
    const copy = new Rules(this.#seed, [])
    copy.#rules = new Map([...this.#rules].map(([id, rule]) => [id, rule.copy()]))
    copy.#nextId = this.#nextId
    return copy
  }
}

function addTo (decision: Decision, { reason, delay = 0, answer, break: breaks }: Outcome): void {
  decision.delay = Math.min(longestDelay, decision.delay + delay)
  decision.answer = answer
  decision.break = breaks
  decision.reasons.push(reason)
}

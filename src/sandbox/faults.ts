import { Fault } from './fault.ts'
import type { FaultAnswer, Outcome } from './fault.ts'
import { longestDelay } from './presets.ts'
import type { FaultRule } from './fault-rule.ts'
import { matches } from './match.ts'
import type { RequestFacts } from './match.ts'

/** What happens to one request. */
export interface Decision {
  /** How long its answer waits, in milliseconds. */
  delay: number
  answer: FaultAnswer | undefined
  break: FaultRule['break']
  /** Which rules do what. */
  reasons: string[]
}

/** The fault rules of one sandbox, in the order in which they were added. */
export class Faults {
  readonly #seed: number
  #rules = new Map<number, Fault>()
  #nextId = 1

  constructor (seed: number, rules: readonly FaultRule[]) {
    this.#seed = seed
    for (const rule of rules) this.add(rule)
  }

  get count (): number {
    return this.#rules.size
  }

  get isEmpty (): boolean {
    return this.#rules.size === 0
  }

  add (rule: FaultRule): Fault {
    const fault = new Fault(this.#nextId++, rule, this.#seed)
    this.#rules.set(fault.id, fault)
    return fault
  }

  get (id: number): Fault | undefined {
    return this.#rules.get(id)
  }

  values (): Iterable<Fault> {
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
    for (const fault of this.#rules.values()) {
      const { match = {} } = fault.rule
      if ((match.body !== undefined) !== isRead || !matches(match, facts)) continue
      const outcome = fault.meet(now)
      if (outcome === undefined) continue
      addTo(decision, outcome)
      if (outcome.delay === undefined) break
    }
    return decision
  }

  /** Rules of its own that have done the same. */
  copy (): Faults {
    const copy = new Faults(this.#seed, [])
    copy.#rules = new Map([...this.#rules].map(([id, fault]) => [id, fault.copy()]))
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

import { nextTurn } from '../node.ts'

/** The first and the last instant that a clock can show: OVOC writes years with four digits. */
export const clockRange = { first: new Date('0001-01-01T00:00:00.000Z'), last: new Date('9999-12-31T23:59:59.999Z') }

/** No response waits longer, in milliseconds. */
export const longestDelay = 3_600_000

const [first, last] = [clockRange.first.getTime(), clockRange.last.getTime()]

/** The time in one sandbox: the machine's until it is set, advanced or frozen. */
export class Clock {
  /** How far ahead of the machine, in milliseconds. */
  #ahead = 0
  #frozenAt: number | undefined

  /** The second for which the text of `httpDate` was made. */
  #second = NaN
  #httpDate = ''

  now (): Date {
    return new Date(this.#milliseconds())
  }

  #milliseconds (): number {
    return Math.min(this.#frozenAt ?? Date.now() + this.#ahead, last)
  }

  /** What it shows at an instant of the machine's, in milliseconds since 1970. */
  at ({ date }: Instant): number {
    const instant = this.#frozenAt ?? date + this.#ahead
    return Math.max(first, Math.min(instant, last))
  }

  /** What it shows, as a header `Date` has it. */
  get httpDate (): string {
    const milliseconds = this.#milliseconds()
    const second = Math.floor(milliseconds / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#httpDate = new Date(milliseconds).toUTCString()
    }
    return this.#httpDate
  }

  get isFrozen (): boolean {
    return this.#frozenAt !== undefined
  }

  /** Shows an instant from now on, and goes on from there unless it is frozen. */
  set (instant: Date): void {
    this.#ahead = instant.getTime() - Date.now()
    if (this.isFrozen) this.#frozenAt = instant.getTime()
  }

  freeze (): void {
    this.#frozenAt = this.now().getTime()
  }

  /** Goes on from the instant at which it was frozen. */
  run (): void {
    const now = this.now()
    this.#frozenAt = undefined
    this.set(now)
  }

  /** An independent clock that shows the same. */
  copy (): Clock {
    const copy = new Clock()
    copy.#ahead = this.#ahead
    copy.#frozenAt = this.#frozenAt
    return copy
  }
}

/** An instant of the machine's: in milliseconds since 1970, and in those of `elapsedMilliseconds`. */
export interface Instant { date: number, elapsed: number }

/** The instant at which it is called. */
export function presentInstant (): Instant {
  return { date: Date.now(), elapsed: elapsedMilliseconds() }
}

/** Milliseconds that pass alike whatever the clock of a sandbox shows, for idle times and waits. */
export function elapsedMilliseconds (): number {
  return performance.now()
}

/** How long items are looked at before other requests get their turn, in milliseconds. */
export const turn = 5

/** The same items, but other requests get their turn between them. */
export async function * inTurns<Item> (items: Iterable<Item>): AsyncGenerator<Item> {
  let began = elapsedMilliseconds()
  for (const item of items) {
    yield item
    if (elapsedMilliseconds() - began <= turn) continue
    await nextTurn()
    began = elapsedMilliseconds()
  }
}

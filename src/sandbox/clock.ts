import { nextTurn } from '../node.ts'

/** The first and the last instant that a clock can show. OVOC writes years with four digits. */
export const clockRange = { first: new Date('0001-01-01T00:00:00.000Z'), last: new Date('9999-12-31T23:59:59.999Z') }

/** The longest time that a response can wait, in milliseconds. */
export const maxDelay = 3_600_000

const [first, last] = [clockRange.first.getTime(), clockRange.last.getTime()]

/** The time in one sandbox. It is the machine's time until it is set, advanced or frozen. */
export class Clock {
  /** How far the clock is ahead of the machine, in milliseconds. */
  #ahead = 0
  #frozenAt: number | undefined

  /** The second that the text of `httpDate` shows. */
  #second = NaN
  #httpDate = ''

  now (): Date {
    return new Date(this.at({ date: Date.now() }))
  }

  /** Returns what the clock shows at an instant of the machine, in milliseconds since 1970. */
  at ({ date }: Pick<Instant, 'date'>): number {
    const instant = this.#frozenAt ?? date + this.#ahead
    return Math.max(first, Math.min(instant, last))
  }

  /** The clock's time in the format of the header `Date`. */
  get httpDate (): string {
    const milliseconds = this.at({ date: Date.now() })
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

  /** Sets the clock to an instant. It goes on from there unless it is frozen. */
  set (instant: Date): void {
    this.#ahead = instant.getTime() - Date.now()
    if (this.isFrozen) this.#frozenAt = instant.getTime()
  }

  freeze (): void {
    this.#frozenAt = this.now().getTime()
  }

  /** Lets a frozen clock go on from the instant at which it was frozen. */
  run (): void {
    const now = this.now()
    this.#frozenAt = undefined
    this.set(now)
  }

  /** Returns an independent clock that shows the same time. */
  copy (): Clock {
    const copy = new Clock()
    copy.#ahead = this.#ahead
    copy.#frozenAt = this.#frozenAt
    return copy
  }
}

/** An instant of the machine: in milliseconds since 1970, and in those of `elapsedMilliseconds`. */
export interface Instant { date: number, elapsed: number }

/** Returns the present instant. */
export function presentInstant (): Instant {
  return { date: Date.now(), elapsed: elapsedMilliseconds() }
}

/** Returns milliseconds that do not depend on the clock of any sandbox, for idle times and waits. */
export function elapsedMilliseconds (): number {
  return performance.now()
}

/** How long a walk over items runs before other requests get their turn, in milliseconds. */
export const turn = 5

/** Yields the same items, but lets other requests have their turn between them. */
export async function * inTurns<Item> (items: Iterable<Item>): AsyncGenerator<Item> {
  let began = elapsedMilliseconds()
  for (const item of items) {
    yield item
    if (elapsedMilliseconds() - began <= turn) continue
    await nextTurn()
    began = elapsedMilliseconds()
  }
}

/** Runs work that yields where other requests may have their turn, and lets them have it. */
export async function runInTurns<Result> (work: Generator<void, Result>): Promise<Result> {
  let began = elapsedMilliseconds()
  let step = work.next()
  while (!step.done) {
    if (elapsedMilliseconds() - began > turn) {
      await nextTurn()
      began = elapsedMilliseconds()
    }
    step = work.next()
  }
  return step.value
}

/** Runs the same work in one piece. */
export function runNow<Result> (work: Generator<void, Result>): Result {
  let step = work.next()
  while (!step.done) step = work.next()
  return step.value
}

import type { ClockChange, ClockFacts } from '../control/clock-routes.ts'
import type { Ask } from './send.ts'

/** The time in a sandbox. Every change gives back what the clock then shows. */
export class ClockClient {
  readonly #ask: Ask

  constructor (ask: Ask) {
    this.#ask = ask
  }

  get (): Promise<ClockFacts> {
    return this.#ask('GET', '/clock')
  }

  /** Shows an instant from year 1 to 9999, and goes on from there unless frozen. */
  set (instant: Date | string): Promise<ClockFacts> {
    return this.#change({ now: textOf(instant) })
  }

  /** Goes on by seconds, back when negative. */
  advance (seconds: number): Promise<ClockFacts> {
    return this.#change({ advance: seconds })
  }

  /** Stands still, at an instant or at the present one. */
  freeze (at?: Date | string): Promise<ClockFacts> {
    return this.#change({ frozen: true, ...at !== undefined && { now: textOf(at) } })
  }

  /** Goes on from the instant at which it stands. */
  release (): Promise<ClockFacts> {
    return this.#change({ frozen: false })
  }

  #change (change: ClockChange): Promise<ClockFacts> {
    return this.#ask('PUT', '/clock', change)
  }
}

function textOf (instant: Date | string): string {
  return typeof instant === 'string' ? instant : instant.toISOString()
}

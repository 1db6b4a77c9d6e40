import type { ClockChange, ClockFacts } from '../control/clock-routes.ts'
import type { Ask } from './send.ts'

/** The time in a sandbox. Every change returns what the clock then shows. */
export function clockClient (ask: Ask) {
  const change = (change: ClockChange): Promise<ClockFacts> => ask('PUT', '/clock', change)
  const textOf = (instant: Date | string) => typeof instant === 'string' ? instant : instant.toISOString()
  return {
    get: (): Promise<ClockFacts> => ask('GET', '/clock'),
    /** Shows an instant from year 1 to 9999, and goes on from there unless frozen. */
    set: (instant: Date | string) => change({ now: textOf(instant) }),
    /** Goes on by seconds, back when negative. */
    advance: (seconds: number) => change({ advance: seconds }),
    /** Stands still, at an instant or at the present one. */
    freeze: (at?: Date | string) => change({ frozen: true, ...at !== undefined && { now: textOf(at) } }),
    /** Goes on from the instant at which it stands. */
    release: () => change({ frozen: false })
  }
}

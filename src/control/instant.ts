import { clockRange } from '../sandbox/clock.ts'

const shape = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:?\d\d)$/

/** What `readInstant` reads, in words. */
export const instantShape = 'an instant from year 1 to 9999 such as 2025-08-14T08:16:18.736Z or 2025-08-14T08:16:18.736+0000'

/** The instant that a text says, if it is one that a clock can show. */
export function readInstant (text: string): Date | undefined {
  const instant = shape.test(text) ? new Date(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) : undefined
  return instant !== undefined && isShowable(instant) && isCalendarDay(text) ? instant : undefined
}

/** Whether a clock can show it. */
export function isShowable (instant: Date): boolean {
  return instant >= clockRange.first && instant <= clockRange.last
}

// JavaScript takes February 31 for March 3.
function isCalendarDay (text: string): boolean {
  const day = text.slice(0, 10)
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
}

import type { FaultRule } from './fault-rule.ts'

/** No answer waits longer, in milliseconds. */
export const longestDelay = 3_600_000

/**
 * How long a rule's delay is, in whole milliseconds.
 * @param draw gives a number from 0 up to but not 1 for each of its own numbers from 1.
 */
export function delayOf (delay: NonNullable<FaultRule['delay']>, draw: (index: number) => number): number {
  if (typeof delay === 'number') return delay
  if ('from' in delay) return delay.from + Math.floor(draw(1) * (delay.to - delay.from + 1))
  return Math.min(longestDelay, Math.round(delay.median * Math.exp(delay.sigma * normal(draw(1), draw(2)))))
}

// The transform of Box and Muller: two even chances make one from the bell curve.
function normal (one: number, other: number): number {
  return Math.sqrt(-2 * Math.log(1 - one)) * Math.cos(2 * Math.PI * other)
}

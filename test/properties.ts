import { deepStrictEqual } from 'node:assert/strict'
import fc from 'fast-check'
import type { IAsyncPropertyWithHooks, Parameters } from 'fast-check'

/** Any string that JSON in UTF-8 can hold. */
export const anyText = fc.string({ unit: 'binary' })

/** Any text that a record may hold. */
export const recordText = fc.string({ unit: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).filter(one => !/[^\t\n\r\P{Cc}]|\p{Noncharacter_Code_Point}/u.test(one)) })

/**
 * Checks a property in `numRuns` runs, with the same cases every time. A failure names the seed and path that repeat it, and the smallest
 * case that fast-check found.
 */
export function holds<Case> (property: IAsyncPropertyWithHooks<Case>, numRuns: number, more: Parameters<Case> = {}): Promise<void> {
  return fc.assert(property, { seed: 20_251_124, numRuns, ...more })
}

/**
 * Checks that two values are the same.
 * @throws if they are not.
 */
export function same (got: unknown, expected: unknown, what = ''): void {
  try {
    deepStrictEqual(got, expected)
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error })
  }
}

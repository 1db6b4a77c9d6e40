import type { Catalogue } from '../protocol/catalogue.ts'
import { Refusal } from '../protocol/refusal.ts'
import type { Entry, RecordedRequest } from '../sandbox/journal-entry.ts'
import type { Journal } from '../sandbox/journal.ts'
import { mismatches } from '../sandbox/match.ts'
import type { Mismatch } from '../sandbox/match.ts'
import { factsOfEntry, isRequest } from './journal-entry.ts'
import { matchFaults } from './match-faults.ts'
import type { RequestMatch, Verification } from './request-shapes.ts'

/** Which requests are expected, and how many. */
export interface Expectation {
  match: RequestMatch
  expected: Omit<Verification, 'match'>
}

/**
 * Reads what is expected.
 * @throws {Refusal} 400 that says what no request could be.
 */
export function readExpectation ({ match, ...counts }: Verification, catalogue: Catalogue): Expectation {
  const { status, ...conditions } = match
  const [first, ...more] = Object.keys(counts)
  const faults = [...matchFaults(conditions, catalogue), ...more.map(name => `/${name} must be left out where there is /${first}`)]
  if (faults.length > 0) throw new Refusal(400, `the body is not valid: ${faults.join('; ')}`, {}, faults)
  return { match, expected: first === undefined ? { atLeast: 1 } : counts }
}

/** Whether so many requests are as many as expected. */
export function holds ({ expected: { times, atLeast, atMost } }: Expectation, count: number): boolean {
  return (times ?? count) === count && count >= (atLeast ?? 0) && count <= (atMost ?? Infinity)
}

/** Whether so many requests are more than expected, so that no further one helps. */
export function isExceeded ({ expected: { times, atMost } }: Expectation, count: number): boolean {
  return count > (times ?? atMost ?? Infinity)
}

/** Whether an entry is of a request that is meant. */
export function isMeant (entry: Entry, match: RequestMatch): entry is RecordedRequest {
  return isRequest(entry) && mismatchesOf(entry, match).next().done === true
}

/** The requests of a journal that are meant. */
export function meantIn (journal: Journal, match: RequestMatch): RecordedRequest[] {
  return [...journal.after(0)].filter(entry => isMeant(entry, match)) as RecordedRequest[]
}

/** The conditions that do not hold for a request; what it has there is not blanked. */
export function * mismatchesOf (entry: RecordedRequest, { status, ...match }: RequestMatch): Generator<Mismatch> {
  if (status !== undefined && status !== entry.status) yield { where: 'status', expected: status, got: entry.status }
  yield * mismatches(match, factsOfEntry(entry))
}

import type { ServerResponse } from 'node:http'
import type { Catalogue } from '../protocol/catalogue.ts'
import { isSound } from '../protocol/validation.ts'
import type { RecordedRequest } from '../sandbox/journal-entry.ts'
import type { Journal } from '../sandbox/journal.ts'
import { mismatches } from '../sandbox/match.ts'
import type { Mismatch } from '../sandbox/match.ts'
import { factsOfEntry, isRequest } from './read-entry.ts'
import { matchProblems } from './match-problems.ts'
import type { RequestMatch, Verification } from './request-shapes.ts'

/** Which requests are expected, and how many. */
export interface Expectation {
  match: RequestMatch
  expected: Omit<Verification, 'match'>
}

/** What else is wrong with an expectation: what no request could be, and counts that exclude each other. */
export function expectationProblems (body: Verification, ofSchema: readonly string[], catalogue: Catalogue): string[] {
  const ofMatch = isSound('match', ofSchema) ? matchProblems(body.match, catalogue) : []
  const counts = Object.keys(body).filter(name => ['times', 'atLeast', 'atMost'].includes(name))
  const [first, ...more] = ofSchema.length > 0 ? [] : counts
  return [...ofMatch, ...more.map(name => `/${name} must be left out where there is /${first}`)]
}

/** Reads what is expected: one request at least, if no count is given. */
export function readExpectation ({ match, ...counts }: Verification): Expectation {
  return { match, expected: Object.keys(counts).length === 0 ? { atLeast: 1 } : counts }
}

/** How many requests were such, and how many are forgotten, which may have been. */
export interface Tally { count: number, forgotten: number }

/** Counts the requests of a journal that are meant. */
export function tallyOf (journal: Journal, { match }: Expectation): Tally {
  return { count: meantIn(journal, match).length, forgotten: journal.forgottenRequests }
}

/** Whether there are as many as expected, for sure: of what is forgotten no upper bound can be told. */
export function holds (expectation: Expectation, tally: Tally): boolean {
  return tally.count >= leastOf(expectation) && !isBeyond(expectation, tally)
}

/** Whether no further request makes it hold: there are more than expected, or may have been. */
export function isBeyond (expectation: Expectation, { count, forgotten }: Tally): boolean {
  const most = mostOf(expectation)
  return count > most || (forgotten > 0 && most < Infinity)
}

/** Whether so many requests are more than expected. */
export function isExceeded (expectation: Expectation, { count }: Tally): boolean {
  return count > mostOf(expectation)
}

function leastOf ({ expected: { times, atLeast } }: Expectation): number {
  return times ?? atLeast ?? 0
}

function mostOf ({ expected: { times, atMost } }: Expectation): number {
  return times ?? atMost ?? Infinity
}

/** Whether a request is meant. */
export function isMeant (request: RecordedRequest, match: RequestMatch): boolean {
  return mismatchesOf(request, match).next().done === true
}

/** The requests of a journal that are meant. */
export function meantIn (journal: Journal, match: RequestMatch): RecordedRequest[] {
  return [...journal.requests()].filter(request => isMeant(request, match))
}

/** The conditions that do not hold for a request; what it has there is not blanked. */
export function * mismatchesOf (entry: RecordedRequest, { status, ...match }: RequestMatch): Generator<Mismatch> {
  if (status !== undefined && status !== entry.status) yield { where: 'status', expected: status, got: entry.status }
  yield * mismatches(match, factsOfEntry(entry))
}

/** How many requests were counted, why no more were waited for (empty when it was decided), and the id of the last one. */
interface Count { tally: Tally, ending: string, last: number }

/**
 * Counts requests until there are as many as expected, or too many; until the time is over; or until nothing can come any more,
 * because the journal is emptied, the sandbox is dropped, the server closes or nobody waits for the response.
 */
export async function countUntilDecided (journal: Journal, expectation: Expectation, milliseconds: number, response: ServerResponse): Promise<Count> {
  const tally = tallyOf(journal, expectation)
  const isDecided = () => holds(expectation, tally) || isBeyond(expectation, tally)
  if (journal.isOff || isDecided()) return { tally, ending: '', last: journal.last }
  return new Promise((resolve, reject) => {
    const end = (ending: string) => {
      clearTimeout(timer)
      stop()
      resolve({ tally, ending, last: journal.last })
    }
    const timer = setTimeout(end, milliseconds, ` within ${milliseconds} milliseconds`)
    const stop = journal.watch({
      added (entry) {
        if (isRequest(entry) && isMeant(entry, expectation.match)) tally.count++
        if (isDecided()) end('')
      },
      emptied: reason => end(` before ${reason}`),
      closed: reason => end(` before ${reason}`),
      failed (error) {
        clearTimeout(timer)
        reject(error)
      }
    })
    response.once('close', () => end(''))
  })
}

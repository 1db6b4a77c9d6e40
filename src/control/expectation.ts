import type { ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { Catalogue } from '../protocol/catalogue.ts'
import { checkBody } from '../protocol/validation.ts'
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
  /** The counts as they were given. */
  expected: Omit<Verification, 'match'>
  least: number
  most: number
}

/**
 * Reads what a body expects: one request at least, if it has no count.
 * @throws {Refusal} 400 that names what no request could be, and counts that exclude each other.
 */
export function readExpectation (request: FastifyRequest, catalogue: Catalogue): Expectation {
  checkBody(request, ofSchema => {
    const body = request.body as Verification
    const counts = Object.keys(body).filter(name => ['times', 'atLeast', 'atMost'].includes(name))
    const [first, ...more] = ofSchema.length > 0 ? [] : counts
    const excess = more.map(name => `/${name} must be left out where there is /${first}`)
    return [...matchProblems(body.match, catalogue, ofSchema), ...excess]
  })
  const { match, times, atMost, atLeast = 1 } = request.body as Verification
  if (times !== undefined) return { match, expected: { times }, least: times, most: times }
  if (atMost !== undefined) return { match, expected: { atMost }, least: 0, most: atMost }
  return { match, expected: { atLeast }, least: atLeast, most: Infinity }
}

/** How many requests matched, and how many are forgotten, which may have matched. */
export interface Tally { count: number, forgotten: number }

/** Counts the requests of a journal that match. */
export function tallyOf (journal: Journal, { match }: Expectation): Tally {
  return { count: matchingIn(journal, match).length, forgotten: journal.forgottenRequests }
}

/** Whether there are as many as expected, for sure: of what is forgotten no upper bound can be told. */
export function holds (expectation: Expectation, tally: Tally): boolean {
  return tally.count >= expectation.least && !isBeyond(expectation, tally)
}

/** Whether no further request makes it hold: there are more than expected, or may have been. */
function isBeyond ({ most }: Expectation, { count, forgotten }: Tally): boolean {
  return count > most || (forgotten > 0 && most < Infinity)
}

/** Whether a request matches. */
export function isMatching (request: RecordedRequest, match: RequestMatch): boolean {
  return mismatchesOf(request, match).next().done === true
}

/** The requests of a journal that match. */
export function matchingIn (journal: Journal, match: RequestMatch): RecordedRequest[] {
  return [...journal.requests()].filter(request => isMatching(request, match))
}

/** The conditions that do not hold for a request; what it has there is not blanked. */
export function * mismatchesOf (entry: RecordedRequest, { status, ...match }: RequestMatch): Generator<Mismatch> {
  if (status !== undefined && status !== entry.status) yield { where: 'status', expected: status, got: entry.status }
  yield * mismatches(match, factsOfEntry(entry))
}

interface Count {
  tally: Tally
  /** Why the count ended undecided; else empty. */
  ending: string
  /** The id of the last entry that was looked at. */
  last: number
}

/**
 * Counts requests until there are as many as expected, or too many, or until the time is over. The count also ends when
 * the journal is emptied, the sandbox is dropped, the server closes, or nobody waits for the response.
 */
export async function countUntilDecided (
  journal: Journal, expectation: Expectation, milliseconds: number, response: ServerResponse
): Promise<Count> {
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
        if (isRequest(entry) && isMatching(entry, expectation.match)) tally.count++
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

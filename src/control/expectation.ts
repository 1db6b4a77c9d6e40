import type { ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { clearTimeout, setTimeout } from '../node.ts'
import type { Catalogue } from '../protocol/catalogue.ts'
import { Problem } from '../protocol/problem.ts'
import { inTurns } from '../sandbox/clock.ts'
import { refuseProblems } from '../protocol/refusal.ts'
import { schemaProblems } from '../protocol/validation.ts'
import type { RecordedRequest } from '../sandbox/journal-entry.ts'
import type { Journal } from '../sandbox/journal.ts'
import { mismatches } from '../sandbox/match.ts'
import type { Mismatch, RequestFacts } from '../sandbox/match.ts'
import { factsOfEntry, isRequest } from './read-entry.ts'
import { matchProblems } from './match-problems.ts'
import type { RequestMatch, Verification } from './request-shapes.ts'
import { blankText, blankValue, isSecret } from '../schema/secrets.ts'

/** The expected requests, and how many of them. */
export interface Expectation {
  match: RequestMatch
  /** The counts as the request has them. */
  expected: Omit<Verification, 'match'>
  least: number
  most: number
}

/**
 * Reads the expectation in a body. Without a count it expects at least one request.
 * @throws {Refusal} 400 that names conditions that no request can meet, and counts that exclude each other.
 */
export function readExpectation (request: FastifyRequest, catalogue: Catalogue): Expectation {
  const ofSchema = schemaProblems(request)
  const body = request.body as Verification
  const counts = Object.keys(body).filter(name => ['times', 'atLeast', 'atMost'].includes(name))
  const [first, ...more] = ofSchema.length > 0 ? [] : counts
  const excess = more.map(name => `/${name} must be left out where there is /${first}`)
  refuseProblems(ofSchema, [...matchProblems(body.match, catalogue, ofSchema), ...excess])
  const { match, times, atMost, atLeast = 1 } = body
  if (times !== undefined) return { match, expected: { times }, least: times, most: times }
  if (atMost !== undefined) return { match, expected: { atMost }, least: 0, most: atMost }
  return { match, expected: { atLeast }, least: atLeast, most: Infinity }
}

/** How many requests matched, and how many are forgotten. Forgotten requests may have matched. */
interface Tally { count: number, forgotten: number }

/** Counts the requests of a journal that match. */
export async function tallyOf (journal: Journal, { match }: Expectation): Promise<Tally> {
  return { count: (await matchingIn(journal, match)).length, forgotten: journal.forgottenRequests }
}

/** Returns whether the count is surely as expected. Any forgotten request may exceed an upper bound. */
export function holds (expectation: Expectation, tally: Tally): boolean {
  return tally.count >= expectation.least && !isBeyond(expectation, tally)
}

/** Returns whether later requests can't make it hold: there are more than expected, or may have been. */
function isBeyond ({ most }: Expectation, { count, forgotten }: Tally): boolean {
  return count > most || (forgotten > 0 && most < Infinity)
}

/** Returns whether a request matches. */
export function isMatching (request: RecordedRequest, match: RequestMatch, facts = factsOfEntry(request)): boolean {
  return mismatchesOf(request, match, facts).next().done === true
}

/** Returns the requests of a journal that match. Requests after the id `last` are skipped. */
export async function matchingIn (journal: Journal, match: RequestMatch, last = Infinity): Promise<RecordedRequest[]> {
  const matching: RecordedRequest[] = []
  for await (const request of inTurns(journal.requests())) {
    if (request.id <= last && isMatching(request, match)) matching.push(request)
  }
  return matching
}

/** Yields the conditions that do not hold for a request, with the values that it has, including secrets. */
function * mismatchesOf (
  entry: RecordedRequest, { status, ...match }: RequestMatch, facts: RequestFacts
): Generator<Mismatch> {
  if (status !== undefined && status !== entry.status) yield { where: 'status', expected: status, got: entry.status }
  yield * mismatches(match, facts)
}

/**
 * Counts requests until there are as many as expected, or too many, or until the time is over. The count also ends if
 * the journal is emptied, the sandbox is dropped, the server closes, or nobody waits for the response.
 * @returns `ending` says why the count ended undecided; it is empty otherwise. `last` is the id of the last entry.
 */
export async function countUntilDecided (
  journal: Journal, expectation: Expectation, milliseconds: number, response: ServerResponse
): Promise<{ tally: Tally, ending: string, last: number }> {
  const tally: Tally = { count: 0, forgotten: 0 }
  const isDecided = () => holds(expectation, tally) || isBeyond(expectation, tally)
  return new Promise((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer)
      stop()
    }
    const end = (ending: string) => {
      leave()
      resolve({ tally, ending, last: journal.last })
    }
    const fail = (error: unknown) => {
      leave()
      reject(error)
    }
    const timer = setTimeout(end, milliseconds, ` within ${milliseconds} milliseconds`)
    // Past requests are counted in turns, while new ones may come.
    let isPastCounted = false
    const { last } = journal
    const stop = journal.watch({
      added (entry, once) {
        const isCounted = isRequest(entry) && isMatching(entry, expectation.match, once(factsOfEntry, entry))
        if (isCounted) tally.count++
        if (isPastCounted && isDecided()) end('')
      },
      emptied: reason => end(` before ${reason}`),
      closed: reason => end(` before ${reason}`),
      failed: fail
    })
    response.once('close', () => end(''))
    matchingIn(journal, expectation.match, last).then(({ length }) => {
      tally.count += length
      tally.forgotten = journal.forgottenRequests
      isPastCounted = true
      if (journal.isOff || isDecided()) end('')
    }).catch(fail)
  })
}

/** How many requests a problem shows at most. */
const mostShown = 3

/**
 * Makes the problem of too few or too many requests. It shows the nearest misses, or the last requests that matched.
 * @param ending says when the wait ended.
 * @param elsewhere the journal of the default sandbox. A client that drops the path of its base URL calls it.
 */
export async function mismatchProblem (
  journal: Journal, { match, expected, least, most }: Expectation, { count, forgotten }: Tally, ending = '',
  elsewhere?: Journal
): Promise<Problem> {
  const amount = most === Infinity ? `at least ${requests(least)}` : requests(most)
  let detail = `expected ${expected.atMost === undefined ? amount : `at most ${amount}`}, got ${count}${ending}`
  if (forgotten > 0) {
    const are = forgotten === 1 ? '1 older request is' : `${forgotten} older requests are`
    detail += `; ${are} forgotten, which may have matched; the options journal-entries and storage-bytes say ` +
      'how many are kept, DELETE /__admin/requests begins anew'
  }
  const problem = (found: string, nearMisses: object[]) =>
    new Problem(409, `${detail}; ${found}`, { count, expected, forgotten, nearMisses })

  // Too many: show the last ones.
  if (count > most) {
    const last = (await matchingIn(journal, match)).slice(-mostShown)
    const told = last.map(entry => `${tell(entry)} (${entry.status ?? 'no response'})`)
    return problem(`the last: ${told.join('; ')}`, [])
  }

  // Too few: show the nearest, those that came to the default sandbox, and how many may still come.
  const lost = count > 0 || elsewhere === undefined ? [] : await matchingIn(elsewhere, match)
  const [example] = lost.slice(-1)
  if (example !== undefined) {
    const such = lost.length === 1 ? '1 such request' : `${lost.length} such requests`
    const refused = example.status === 401 ? ', which was refused with 401' : ''
    detail += `; ${such} came to the default sandbox (${tell(example)}${refused}): does the client keep the path of ` +
      "its base URL? new URL('/ovoc/…', base) drops it"
  }
  const { underWay } = journal
  if (underWay > 0) detail += `; ${requests(underWay)} ${underWay === 1 ? 'is' : 'are'} under way`
  const nearest: Array<{ entry: RecordedRequest, weight: number, mismatches: Mismatch[] }> = []
  for await (const entry of inTurns(journal.requests())) {
    const missed = [...mismatchesOf(entry, match, factsOfEntry(entry))]
    if (missed.length === 0) continue
    // Of two requests with the same weight, the later one goes first.
    const weight = weightOf(missed)
    const rank = nearest.findIndex(other => weight <= other.weight)
    nearest.splice(rank < 0 ? nearest.length : rank, 0, { entry, weight, mismatches: missed.map(blankMismatch) })
    nearest.splice(mostShown)
  }
  if (nearest.length > 0) {
    const told = nearest.map(({ entry, mismatches }) => {
      const each = mismatches.map(({ where, expected, got }) => {
        return `${where} expected ${show(expected)}, got ${show(got)}`
      })
      // A client with another path prefix asks for something that is not there.
      const why = entry.operation === undefined && entry.reason !== '' ? ` (${shorten(blankText(entry.reason))})` : ''
      return `${tell(entry)}: ${each.join(', ')}${why}`
    })
    return problem(`nearest: ${told.join('; ')}`, nearest.map(({ entry: { id, method, originalUrl }, mismatches }) => {
      return { id, method, url: blankText(originalUrl), mismatches }
    }))
  }
  if (journal.isOff) return problem('the option journal-entries is 0, so none is remembered', [])
  const isEmpty = journal.first === undefined
  return problem(`the journal of this sandbox ${isEmpty ? 'is empty' : 'has no other requests'}`, [])
}

// If a whole object is missing, each of its fields counts.
function weightOf (missed: Mismatch[]): number {
  return missed.reduce((sum, { expected }) => {
    return sum + (typeof expected === 'object' && expected !== null ? Object.keys(expected).length : 1)
  }, 0)
}

// Everything below a secret's name is secret.
function blankMismatch ({ where, expected, got }: Mismatch): Mismatch {
  const names = where.split('/')
  return { where, expected, got: blankValue(got, names.find(isSecret) ?? names.at(-1)) }
}

function requests (count: number): string {
  return count === 1 ? '1 request' : `${count} requests`
}

function tell ({ id, method, originalUrl }: RecordedRequest): string {
  return `#${id} ${method} ${shorten(blankText(originalUrl))}`
}

function show (value: unknown): string {
  return value === undefined ? 'nothing' : shorten(JSON.stringify(value))
}

function shorten (text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

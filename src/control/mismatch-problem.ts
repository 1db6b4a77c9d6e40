import { Problem } from '../protocol/problem.ts'
import type { RecordedRequest } from '../sandbox/journal-entry.ts'
import type { Journal } from '../sandbox/journal.ts'
import type { Mismatch } from '../sandbox/match.ts'
import { isExceeded, meantIn, mismatchesOf } from './expectation.ts'
import type { Expectation, Tally } from './expectation.ts'
import type { RequestMatch } from './request-shapes.ts'
import { blankHeader, blankUrl, blankValue } from './secrets.ts'

interface NearMiss { id: number, method: string, url: string, mismatches: Mismatch[] }

/** How many requests are told of. */
const mostShown = 3

/**
 * The problem of so many requests: which came nearest where there were too few, which there were where there were too many.
 * @param ending until when more were waited for.
 */
export function mismatchProblem (journal: Journal, expectation: Expectation, tally: Tally, ending = ''): Problem {
  const { match, expected } = expectation
  const { count, forgotten } = tally
  const isTooMany = isExceeded(expectation, tally)
  const nearMisses = isTooMany ? [] : nearest(journal, match)
  const told = isTooMany ? tellMeant(meantIn(journal, match)) : tellNearest(nearMisses, journal)
  return new Problem(409, `expected ${inWords(expected)}, got ${count}${ending}${tellForgotten(forgotten)}; ${told}`, { count, expected, forgotten, nearMisses })
}

function tellForgotten (forgotten: number): string {
  if (forgotten === 0) return ''
  const are = forgotten === 1 ? '1 older request is' : `${forgotten} older requests are`
  return `; ${are} forgotten, which may have been such; the options journal-entries and storage-bytes say how many are kept, DELETE /__admin/requests begins anew`
}

function nearest (journal: Journal, match: RequestMatch): NearMiss[] {
  const misses = [...journal.requests()].map(entry => ({ entry, missed: [...mismatchesOf(entry, match)] }))
  return misses.filter(({ missed }) => missed.length > 0)
    .sort((one, other) => weightOf(one.missed) - weightOf(other.missed) || other.entry.id - one.entry.id)
    .slice(0, mostShown)
    .map(({ entry, missed }) => ({ ...nameOf(entry), mismatches: missed.map(blankMismatch) }))
}

// Where a whole object is missing, each of its fields is.
function weightOf (missed: Mismatch[]): number {
  return missed.reduce((sum, { expected }) => sum + (typeof expected === 'object' && expected !== null ? Object.keys(expected).length : 1), 0)
}

function nameOf ({ id, method, originalUrl }: RecordedRequest): { id: number, method: string, url: string } {
  return { id, method, url: blankUrl(originalUrl) }
}

function blankMismatch ({ where, expected, got }: Mismatch): Mismatch {
  if (where.startsWith('headers/')) return { where, expected, got: blankHeader(where.slice('headers/'.length), got) }
  return { where, expected, got: blankValue(got, where) }
}

function inWords ({ times, atLeast, atMost }: Expectation['expected']): string {
  if (times !== undefined) return requests(times)
  return atMost === undefined ? `at least ${requests(atLeast as number)}` : `at most ${requests(atMost)}`
}

function requests (count: number): string {
  return count === 1 ? '1 request' : `${count} requests`
}

function tellMeant (meant: RecordedRequest[]): string {
  const last = meant.slice(-mostShown).map(entry => tell(nameOf(entry)))
  return `the last: ${last.join('; ')}`
}

function tellNearest (misses: NearMiss[], journal: Journal): string {
  if (misses.length > 0) return `nearest: ${misses.map(tellMiss).join('; ')}`
  if (journal.isOff) return 'the option journal-entries is 0, so none is remembered'
  return journal.first === undefined ? 'the journal of this sandbox is empty' : 'the journal of this sandbox has no other requests'
}

function tellMiss ({ mismatches, ...name }: NearMiss): string {
  return `${tell(name)}: ${mismatches.map(({ where, expected, got }) => `${where} expected ${show(expected)}, got ${show(got)}`).join(', ')}`
}

function tell ({ id, method, url }: { id: number, method: string, url: string }): string {
  return `#${id} ${method} ${shorten(url)}`
}

function show (value: unknown): string {
  return value === undefined ? 'nothing' : shorten(JSON.stringify(value))
}

function shorten (text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

import { Problem } from '../protocol/problem.ts'
import type { RecordedRequest } from '../sandbox/journal-entry.ts'
import type { Journal } from '../sandbox/journal.ts'
import type { Mismatch } from '../sandbox/match.ts'
import { matchingIn, mismatchesOf } from './expectation.ts'
import type { Expectation, Tally } from './expectation.ts'
import { blankHeader, blankUrl, blankValue } from './secrets.ts'

/** How many requests are told of. */
const mostShown = 3

/**
 * Makes the problem of too few or too many requests. It shows the nearest of the others, or the last that matched.
 * @param ending until when more were waited for.
 */
export function mismatchProblem (
  journal: Journal, { match, expected, least, most }: Expectation, { count, forgotten }: Tally, ending = ''
): Problem {
  const amount = most === Infinity ? `at least ${requests(least)}` : requests(most)
  let detail = `expected ${expected.atMost === undefined ? amount : `at most ${amount}`}, got ${count}${ending}`
  if (forgotten > 0) {
    const are = forgotten === 1 ? '1 older request is' : `${forgotten} older requests are`
    detail += `; ${are} forgotten, which may have been such; the options journal-entries and storage-bytes say ` +
      'how many are kept, DELETE /__admin/requests begins anew'
  }
  const problem = (found: string, nearMisses: object[]) =>
    new Problem(409, `${detail}; ${found}`, { count, expected, forgotten, nearMisses })

  // Too many: which there were.
  if (count > most) {
    const last = matchingIn(journal, match).slice(-mostShown)
    return problem(`the last: ${last.map(tell).join('; ')}`, [])
  }

  // Too few: which came nearest.
  const nearest = Array.from(journal.requests(), entry => ({ entry, missed: [...mismatchesOf(entry, match)] }))
    .filter(({ missed }) => missed.length > 0)
    .sort((one, other) => weightOf(one.missed) - weightOf(other.missed) || other.entry.id - one.entry.id)
    .slice(0, mostShown)
    .map(({ entry, missed }) => ({ entry, mismatches: missed.map(blankMismatch) }))
  if (nearest.length > 0) {
    const told = nearest.map(({ entry, mismatches }) => {
      const each = mismatches.map(({ where, expected, got }) => {
        return `${where} expected ${show(expected)}, got ${show(got)}`
      })
      return `${tell(entry)}: ${each.join(', ')}`
    })
    return problem(`nearest: ${told.join('; ')}`, nearest.map(({ entry: { id, method, originalUrl }, mismatches }) => {
      return { id, method, url: blankUrl(originalUrl), mismatches }
    }))
  }
  if (journal.isOff) return problem('the option journal-entries is 0, so none is remembered', [])
  const isEmpty = journal.first === undefined
  return problem(`the journal of this sandbox ${isEmpty ? 'is empty' : 'has no other requests'}`, [])
}

// Where a whole object is missing, each of its fields is.
function weightOf (missed: Mismatch[]): number {
  return missed.reduce((sum, { expected }) => {
    return sum + (typeof expected === 'object' && expected !== null ? Object.keys(expected).length : 1)
  }, 0)
}

function blankMismatch ({ where, expected, got }: Mismatch): Mismatch {
  const [, header] = /^headers\/(.*)$/s.exec(where) ?? []
  return { where, expected, got: header === undefined ? blankValue(got, where) : blankHeader(header, got) }
}

function requests (count: number): string {
  return count === 1 ? '1 request' : `${count} requests`
}

function tell ({ id, method, originalUrl }: RecordedRequest): string {
  return `#${id} ${method} ${shorten(blankUrl(originalUrl))}`
}

function show (value: unknown): string {
  return value === undefined ? 'nothing' : shorten(JSON.stringify(value))
}

function shorten (text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

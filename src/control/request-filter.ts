import type { Catalogue } from '../protocol/catalogue.ts'
import { readingsOf } from '../protocol/list-query.ts'
import { Refusal } from '../protocol/refusal.ts'
import type { Entry } from '../sandbox/journal-entry.ts'
import type { Journal } from '../sandbox/journal.ts'
import { quote } from '../schema/quote.ts'
import { isMeant } from './expectation.ts'
import { instantShape, readInstant } from './clock-routes.ts'
import { isRequest } from './read-entry.ts'
import { matchProblems } from './match-problems.ts'
import type { Filter } from './request-shapes.ts'

/** Which entries are asked for. */
export interface EntryFilter {
  /** Those with ids above this one only; undefined where nothing is said of what is past. */
  after: number | undefined
  keeps (entry: Entry): boolean
}

/**
 * Reads the query of a list or a stream.
 * @throws {Refusal} 400 that says what no entry could ever be.
 */
export function readFilter ({ since, ...match }: Filter, url: string, catalogue: Catalogue): EntryFilter {
  const { status, ...conditions } = match
  const start = since === undefined ? everything : readSince(since, url)
  const problems = matchProblems(conditions, catalogue).map(problem => problem.replace(/^\/match/, ''))
  if (start === undefined) problems.push(`/since must be the id of an entry or ${instantShape}, got ${quote(since)}`)
  if (start === undefined || problems.length > 0) throw new Refusal(400, `the query is not valid: ${problems.join('; ')}`, {}, problems)
  const isForRequests = Object.keys(match).length > 0
  return {
    after: start.after,
    keeps: entry => entry.time >= start.from && (isRequest(entry) ? isMeant(entry, match) : !isForRequests)
  }
}

/** The filter for a reader that has had all up to an entry; ids above the last one are of before a reset, since which all is new. */
export function continued (filter: EntryFilter, lastEventId: string | undefined, { last }: Journal): EntryFilter {
  if (lastEventId === undefined || !entryId.test(lastEventId)) return filter
  const id = Number(lastEventId)
  return { ...filter, after: id > last ? 0 : id }
}

const entryId = /^\d{1,15}$/

/** Which entries a filter leaves by their ids or their instants. */
interface Start { after: number | undefined, from: number }

const everything: Start = { after: undefined, from: -Infinity }

// An instant's plus is one to its writer, whatever it is to others.
function readSince (since: string, url: string): Start | undefined {
  if (entryId.test(since)) return { after: Number(since), from: -Infinity }
  const [instant] = readingsOf(url, 'since').map(readInstant)
  return instant && { after: 0, from: Number(instant) }
}

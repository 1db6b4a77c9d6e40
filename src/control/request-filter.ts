import type { Catalogue } from '../protocol/catalogue.ts'
import { Refusal } from '../protocol/refusal.ts'
import type { Entry } from '../sandbox/journal-entry.ts'
import { quote } from '../schema/quote.ts'
import { isMeant } from './expectation.ts'
import { instantShape, readInstant } from './instant.ts'
import { isRequest } from './journal-entry.ts'
import { matchFaults } from './match-faults.ts'
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
export function readFilter ({ since, ...match }: Filter, catalogue: Catalogue): EntryFilter {
  const { status, ...conditions } = match
  refuse(matchFaults(conditions, catalogue).map(fault => fault.replace(/^\/match/, '')))
  const { after, from } = readSince(since)
  const isForRequests = Object.keys(match).length > 0
  return {
    after,
    keeps: entry => entry.time >= from && (isRequest(entry) ? isMeant(entry, match) : !isForRequests)
  }
}

function readSince (since: string | undefined): { after: number | undefined, from: number } {
  if (since === undefined) return { after: undefined, from: -Infinity }
  if (/^\d{1,15}$/.test(since)) return { after: Number(since), from: -Infinity }
  const instant = readInstant(since)
  if (instant === undefined) refuse([`/since must be the id of an entry or ${instantShape}, got ${quote(since)}`])
  return { after: 0, from: Number(instant) }
}

function refuse (faults: string[]): void {
  if (faults.length > 0) throw new Refusal(400, `the query is not valid: ${faults.join('; ')}`, {}, faults)
}

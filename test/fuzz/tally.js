import { operations } from './documents.js'
import { expect } from './finding.js'

const succeeded = new Set()

/** What was answered so far. */
export const tally = { statuses: {}, readings: 0 }

/** Counts an answer. */
export function count (operation, status) {
  tally.statuses[status] = (tally.statuses[status] ?? 0) + 1
  if (status < 300 && operation !== undefined) succeeded.add(operation.id)
}

// Fewer need not have come upon everything.
const enough = 10_000

/** @throws {Finding} when an operation never did what it is for: then the run has shown nothing of it. */
export function assertTried (requests) {
  const missing = operations.filter(({ id }) => !succeeded.has(id)).map(({ id }) => id)
  if (requests >= enough) expect(missing.length === 0, `these never succeeded: ${missing}`)
}

import { stripBasePath } from '../protocol/base-paths.ts'
import { pathOf } from '../protocol/request-facts.ts'
import type { Entry, RecordedRequest } from '../sandbox/journal-entry.ts'
import type { RequestFacts } from '../sandbox/match.ts'
import type { JournalEntry, JournalRequest } from './request-shapes.ts'
import { blank, blankHeaders, blankUrl, blankValue } from './secrets.ts'

/** Whether an entry is of a request, not a note. */
export function isRequest (entry: Entry): entry is RecordedRequest {
  return !('event' in entry)
}

/** What a recorded request is compared by, secrets included. */
export function factsOfEntry (entry: RecordedRequest): RequestFacts {
  const { operation, resource, method, originalUrl, query, headers, body } = entry
  const params: Record<string, unknown> = { ...entry.params }
  // The id is still a text if the request was refused before its parameters were read.
  const id = /^[1-9]\d*$/.test(String(params.id)) ? Number(params.id) : NaN
  if (Number.isSafeInteger(id)) params.id = id
  return {
    operation,
    resource,
    method,
    path: pathOf(stripBasePath(originalUrl)),
    params,
    query: query as Record<string, unknown>,
    headers,
    // Most are compared without their body.
    get body () { return parseBody(body, String(headers['content-type'])) }
  }
}

/** An entry as people and programs read it, without secrets. */
export function readEntry (entry: Entry): JournalEntry {
  if (isRequest(entry)) return readRequest(entry)
  const { id, time, event, sandbox, reason } = entry
  return { id, time: new Date(time).toISOString(), event, sandbox, reason }
}

/** A request as people and programs read it, without secrets. */
export function readRequest (entry: RecordedRequest): JournalRequest {
  const { operation, resource, method, path, params, query, headers, body } = factsOfEntry(entry)
  return {
    id: entry.id,
    time: new Date(entry.time).toISOString(),
    operation: operation ?? null,
    resource: resource ?? null,
    method,
    url: blankUrl(entry.originalUrl),
    path,
    params: blankValue(params),
    query: blankValue(query),
    headers: blankHeaders(headers),
    body: blankValue(body),
    status: entry.status,
    answer: {
      headers: blankHeaders(entry.answerHeaders),
      body: blankValue(parseBody(entry.answerBody, 'application/json')),
      bytes: entry.bytes + Buffer.byteLength(entry.answerBody)
    },
    milliseconds: Number(entry.milliseconds.toFixed(3)),
    reason: entry.reason || null
  }
}

/**
 * The value of a body; null where there is none. Without field names nothing tells a secret from other text, so
 * what cannot be read is withheld, and a JSON string that is the whole body is blanked.
 */
function parseBody (text: string, type: string): unknown {
  if (text === '') return null
  if (/^application\/x-www-form-urlencoded/i.test(type)) return Object.fromEntries(new URLSearchParams(text))
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    return typeof value === 'string' ? blank : value
  } catch {
    return `(withheld: ${Buffer.byteLength(text)} bytes that cannot be read as JSON or a form)`
  }
}

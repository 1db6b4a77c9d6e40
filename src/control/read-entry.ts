import * as Type from 'typebox'
import type { Static } from 'typebox'
import { pathOf, stripBasePath } from '../protocol/base-paths.ts'
import type { Entry, RecordedRequest } from '../sandbox/journal-entry.ts'
import type { Journal } from '../sandbox/journal.ts'
import type { RequestFacts } from '../sandbox/match.ts'
import { isPlainObject } from '../schema/parse-json.ts'
import { Count, Id, nullable, oneOf, ref, strictObject } from '../schema/primitives.ts'
import { blank, blankHeaders, blankMessage, blankUrl, blankValue, mentionsSecret } from '../schema/secrets.ts'

const headers = (description: string) => Type.Record(Type.String(), Type.Unknown(), { description })
/** The status of a response. */
export const Status = Type.Integer({ minimum: 100, maximum: 599 })

export const RecordedRequestSchema = strictObject({
  id: Id,
  time: Type.String({ description: "When it arrived, by the sandbox's clock, in the format of RFC 3339" }),
  operation: nullable(Type.String({ description: 'Its operationId in the OpenAPI document' })),
  resource: nullable(Type.String({ description: 'The resource of its operation' })),
  method: Type.String(),
  url: Type.String({ description: 'The URL as the client wrote it' }),
  path: Type.String({
    description: 'The path as it was routed: under /ovoc/v1 for every base path, without the query'
  }),
  params: Type.Record(Type.String(), Type.Unknown()),
  query: Type.Record(Type.String(), Type.Unknown()),
  headers: headers('The headers by name in lower case'),
  body: Type.Unknown({
    description: 'The value of its body. If the body could not be read, a text with its size. ' +
      'Null if there is no body, or if it alone is larger than the journal can be'
  }),
  status: nullable({ ...Status, description: 'Null if the connection was closed before the response' }),
  response: strictObject({
    headers: headers('The headers, without those that every HTTP server adds'),
    body: Type.Unknown({
      description: 'The value of the body. Null if there is none, if a rule cut it, if it is a long list, which is ' +
        'sent as it grows, or if it alone is larger than the journal can be'
    }),
    bytes: { ...Count, description: 'How many bytes of its body were sent' }
  }),
  milliseconds: Type.Number({ description: 'Time from its arrival to its response' }),
  reason: nullable(Type.String({ description: 'Why it was rejected, or which rule did what' }))
}, { $id: 'RecordedRequest', description: 'A request and its response. Secrets in both are blanked' })

export const SandboxDroppedSchema = strictObject({
  id: Id,
  time: Type.String({ description: "When it was dropped, by the default sandbox's clock, as in RFC 3339" }),
  event: Type.Literal('sandbox-dropped'),
  sandbox: Type.String({ description: 'The name of the sandbox' }),
  reason: oneOf(['idle', 'limit', 'asked'], {
    description: 'idle: it was not used for too long. limit: there were too many, and it was the least recently ' +
      'used. asked: a request dropped it'
  })
}, { $id: 'SandboxDropped', description: 'A note that another sandbox was dropped, in the journal of the default one' })

export type JournalRequest = Static<typeof RecordedRequestSchema>

export const EntrySchema = Type.Union([ref(RecordedRequestSchema), ref(SandboxDroppedSchema)], { $id: 'JournalEntry' })

export type JournalEntry = Static<typeof EntrySchema>

/** The longest body that is read for a person or a match, in characters. */
const maxReadLength = 65_536

/** How much of an unreadable body is shown, in characters. */
const maxShownLength = 1000

/** Returns whether an entry is a request, not a note. */
export function isRequest (entry: Entry): entry is RecordedRequest {
  return !('event' in entry)
}

/** Returns the parts of a recorded request that conditions are compared with, including secrets. */
export function factsOfEntry (entry: RecordedRequest): RequestFacts {
  const { operation, resource, method, originalUrl, query, headers, body } = entry
  const params: Record<string, unknown> = { ...entry.params }
  // The id is still a text if the request was refused before its parameters were read.
  const id = /^[1-9]\d*$/.test(String(params.id)) ? Number(params.id) : NaN
  if (Number.isSafeInteger(id)) params.id = id
  const path = pathOf(stripBasePath(originalUrl))
  let parsed: { value: unknown } | undefined
  return {
    operation,
    resource,
    method,
    path,
    params,
    query: query as Record<string, unknown>,
    headers,
    // Most comparisons do not need the body, so it is parsed only on demand.
    get body () {
      parsed ??= { value: parseBody(body, String(headers['content-type']), tokenPath.test(path)) }
      return parsed.value
    }
  }
}

/** Returns an entry in the form that people and programs read, without secrets. */
export function readEntry (entry: Entry): JournalEntry {
  if (isRequest(entry)) return readRequest(entry)
  const { id, time, event, sandbox, reason } = entry
  return { id, time: new Date(time).toISOString(), event, sandbox, reason }
}

/** Returns the part of an entry that a row of a table shows, without secrets. It is cheap, even with large bodies. */
export function readBriefly (entry: Entry): object {
  if (!isRequest(entry)) return readEntry(entry)
  const { id, time, operation, method, originalUrl, status, milliseconds, reason } = entry
  return {
    id,
    time: new Date(time).toISOString(),
    operation: operation ?? null,
    method,
    url: blankUrl(originalUrl),
    status,
    milliseconds: Number(milliseconds.toFixed(3)),
    reason: reason === '' ? null : blankMessage(reason)
  }
}

/**
 * Reads entries one by one. Those that the journal has forgotten meanwhile are left out, so a list that is read slowly
 * keeps none of them in memory.
 */
export function entriesStillIn<Kind extends Entry> (
  journal: Journal, entries: readonly Kind[], read: (entry: Kind) => object
): Iterable<object> {
  const ids = entries.map(({ id }) => id)
  const known = new WeakSet(entries)
  return (function * () {
    for (const id of ids) {
      const entry = journal.get(id)
      // After a reset, another entry may have the id.
      if (entry !== undefined && known.has(entry as Kind)) yield read(entry as Kind)
    }
  })()
}

/** Returns a request in the form that people and programs read, without secrets. */
export function readRequest (entry: RecordedRequest): JournalRequest {
  const { operation, resource, method, path, params, query, headers, body } = factsOfEntry(entry)
  return {
    id: entry.id,
    time: new Date(entry.time).toISOString(),
    operation: operation ?? null,
    resource: resource ?? null,
    method,
    url: blankUrl(entry.originalUrl),
    path: blankUrl(path),
    params: blankValue(params),
    query: blankValue(query),
    headers: blankHeaders(headers),
    body: blankValue(body),
    status: entry.status,
    response: {
      headers: blankHeaders(entry.responseHeaders),
      body: blankResponse(parseBody(entry.responseBody, 'application/json'), entry.status),
      bytes: entry.bytes + Buffer.byteLength(entry.responseBody)
    },
    milliseconds: Number(entry.milliseconds.toFixed(3)),
    reason: entry.reason === '' ? null : blankMessage(entry.reason)
  }
}

/** The fields with a message in the responses to errors. */
const messageFields = ['description', 'detail', 'error_description']

/** An error's page at Microsoft. Its code is a number of an error, not a secret. */
const errorPage = /^https:\/\/login\.microsoftonline\.com\/error\?code=\d+$/

function blankResponse (body: unknown, status: number | null): unknown {
  if (!isPlainObject(body) || status === null || status < 400) return blankValue(body)
  const shown = { ...blankValue(body) }
  for (const [name, text] of Object.entries(body)) {
    if (typeof text !== 'string') continue
    if (messageFields.includes(name)) shown[name] = blankMessage(text)
    else if (name === 'error_uri' && errorPage.test(text)) shown[name] = text
  }
  return shown
}

const tokenPath = /\/oauth2\/v2\.0\/token$/

/** The parameters of a token request without a secret, and those with a secret. */
const plainParameters = ['grant_type', 'client_id', 'scope']
const secretParameters = ['client_secret', 'client_assertion', 'password', 'refresh_token', 'assertion', 'code']

/**
 * Returns the value of a body; null if there is none. A long body is withheld, and so is one at the token endpoint that
 * is not a form. For any other unreadable body, it is the beginning, unless the body contains the name of a secret.
 */
function parseBody (text: string, type: string, isTokenRequest = false): unknown {
  if (text === '') return null
  const withheld = (why: string) => `(withheld: ${Buffer.byteLength(text)} bytes${why})`
  if (text.length > maxReadLength) return withheld(', more than are read of a body')
  if (/^application\/x-www-form-urlencoded/i.test(type)) {
    // Only Entra's paths read forms. An unknown name may itself be a secret, or a part of a secret that contains an &.
    return Object.fromEntries(Array.from(new URLSearchParams(text), ([name, value]) => {
      if (plainParameters.includes(name)) return [name, value]
      return [secretParameters.includes(name) ? name : blank, blank]
    }))
  }
  if (isTokenRequest) return withheld(' that are not a form')
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    // Without a field name, a secret looks like any other text.
    return typeof value === 'string' ? blank : value
  } catch {
    if (mentionsSecret(text)) return withheld(' that cannot be read as JSON or a form')
    return text.length > maxShownLength ? `${text.slice(0, maxShownLength)}…` : text
  }
}

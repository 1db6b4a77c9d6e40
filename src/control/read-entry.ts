import { pathOf, stripBasePath } from '../protocol/base-paths.ts'
import type { Entry, RecordedRequest } from '../sandbox/journal-entry.ts'
import type { RequestFacts } from '../sandbox/match.ts'
import { blank, blankHeaders, blankText, blankValue, isSecret } from '../schema/secrets.ts'
import type { JournalEntry, JournalRequest } from './request-shapes.ts'

/** The longest body that is read for a person or a match, in characters. */
const longestRead = 65_536

/** How much of an unreadable body is shown, in characters. */
const longestShown = 1000

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
    url: blankText(originalUrl),
    status,
    milliseconds: Number(milliseconds.toFixed(3)),
    reason: reason === '' ? null : blankText(reason)
  }
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
    url: blankText(entry.originalUrl),
    path: blankText(path),
    params: blankValue(params),
    query: blankValue(query),
    headers: blankHeaders(headers),
    body: blankValue(body),
    status: entry.status,
    response: {
      headers: blankHeaders(entry.answerHeaders),
      body: blankValue(parseBody(entry.answerBody, 'application/json')),
      bytes: entry.bytes + Buffer.byteLength(entry.answerBody)
    },
    milliseconds: Number(entry.milliseconds.toFixed(3)),
    reason: entry.reason === '' ? null : blankText(entry.reason)
  }
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
  if (text.length > longestRead) return withheld(', more than are read of a body')
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
    const decoded = text.replaceAll(/(?:%|\\u00)([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(parseInt(code, 16)))
    if (decoded.split(/[^\w-]+/).some(isSecret)) return withheld(' that cannot be read as JSON or a form')
    return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text
  }
}

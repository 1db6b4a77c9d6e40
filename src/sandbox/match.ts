import { isDeepStrictEqual } from 'node:util'
import * as Type from 'typebox'
import type { Static } from 'typebox'
import { isPlainObject } from '../schema/parse-json.ts'
import { strictObject } from '../schema/primitives.ts'
import { blank, blankHeaders, blankUrl, blankValue } from '../schema/secrets.ts'

const texts = (description: string) => Type.Optional(Type.Record(Type.String(), Type.String(), { description }))

/** The conditions that a request must meet. */
export const MatchSchema = strictObject({
  /** Its operationId in the OpenAPI document. */
  operation: Type.Optional(Type.String({ description: 'Its operationId in the OpenAPI document' })),
  /** The resource of its operation. */
  resource: Type.Optional(Type.String({ description: 'The resource of its operation' })),
  /** Its HTTP method in capitals. */
  method: Type.Optional(Type.String({ description: 'Its HTTP method in capitals' })),
  /**
   * Its path without the query, such as /ovoc/v1/topology/customers/85844. Its base path and sandbox do not
   * matter; * matches any text.
   */
  path: Type.Optional(Type.String({
    description: 'Its path without the query, such as /ovoc/v1/topology/customers/85844. ' +
      'Its base path and sandbox do not matter; * matches any text'
  })),
  /** Parameters of its path, such as {"id": 85844}. */
  params: Type.Optional(Type.Record(Type.String(), Type.Unsafe<string | number>({ type: ['string', 'integer'] }), {
    description: 'Parameters of its path, such as {"id": 85844}'
  })),
  /** Parameters of its query; * matches any text. */
  query: texts('Parameters of its query; * matches any text'),
  /** Headers, by name in any case; * matches any text. */
  headers: texts('Headers, by name in any case; * matches any text'),
  /** Fields that its body must have. Objects may have more fields; any other value must be equal. */
  body: Type.Optional(Type.Record(Type.String(), Type.Unknown(), {
    description: 'Fields that its body must have. Objects may have more fields; any other value must be equal'
  }))
}, {
  $id: 'Match',
  description: 'The conditions that a request must meet. It matches if all of them hold; {} matches every request',
  examples: [{ operation: 'verifyCustomer', params: { id: 85844 } }]
})

export type Match = Static<typeof MatchSchema>

/** The parts of a request that conditions are compared with. */
export interface RequestFacts {
  /** Its operationId, if it found an operation of OVOC. */
  operation: string | undefined
  resource: string | undefined
  method: string
  /** The path as it is routed: without sandbox, base path and query. */
  path: string
  params: Record<string, unknown>
  query: Record<string, unknown>
  headers: Record<string, string | string[] | undefined>
  body: unknown
}

/** A condition that does not hold. */
export interface Mismatch {
  /** The path to a part of the request: `['method']`, `['body', 'contacts', 'email']`. */
  names: string[]
  expected: unknown
  /** What the request has there, even if it is a secret. */
  got: unknown
}

/** Returns whether every condition holds. */
export function matches (match: Match, facts: RequestFacts): boolean {
  return mismatches(match, facts).next().done === true
}

/** Yields the conditions that do not hold. */
export function * mismatches (match: Match, facts: RequestFacts): Generator<Mismatch> {
  for (const where of ['operation', 'resource', 'method'] as const) {
    const [expected, got] = [match[where], facts[where]]
    if (expected !== undefined && expected !== got) yield { names: [where], expected, got }
  }
  if (match.path !== undefined) yield * compareText(facts, ['path'], match.path, facts.path)
  for (const part of ['params', 'query', 'headers'] as const) {
    for (const [name, expected] of Object.entries<string | number>(match[part] ?? {})) {
      const got = own(facts[part], part === 'headers' ? name.toLowerCase() : name)
      yield * compareText(facts, [part, name], expected, got)
    }
  }
  if (match.body !== undefined) yield * compareBody(['body'], match.body, facts.body)
}

// Every object inherits properties such as `constructor`. They are not part of the request.
function own (fields: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

// A pattern is compared with what is shown, so nobody can use it to find out a secret letter by letter.
function * compareText (
  facts: RequestFacts, names: string[], expected: string | number, got: unknown
): Generator<Mismatch> {
  if (got === undefined) return yield { names, expected, got }
  const pattern = String(expected)
  const isPart = pattern.includes('*') && pattern !== '*'
  const text = String(isPart ? shownPart(facts, { names, got }) : got)
  if (!fitsPattern(text, pattern)) yield { names, expected, got }
}

function * compareBody (names: string[], expected: unknown, got: unknown): Generator<Mismatch> {
  if (isPlainObject(expected) && isPlainObject(got)) {
    for (const [name, value] of Object.entries(expected)) {
      yield * compareBody([...names, name], value, own(got, name))
    }
  } else if (!isDeepStrictEqual(expected, got)) yield { names, expected, got }
}

// Many conditions may need the same part of a request. Blanking takes a while, so the result is kept.
const shownParts = new WeakMap<RequestFacts, Map<string, unknown>>()

/** Returns what is shown of a value that a condition was compared with: without secrets. */
export function shownPart (facts: RequestFacts, { names, got }: Pick<Mismatch, 'names' | 'got'>): unknown {
  const [where = '', ...below] = names
  if (got === undefined || !['path', 'params', 'query', 'headers', 'body'].includes(where)) return got
  const kept = shownParts.get(facts) ?? new Map<string, unknown>()
  shownParts.set(facts, kept)
  let shown = kept.get(where)
  if (shown === undefined) {
    if (where === 'path') shown = blankUrl(facts.path)
    else if (where === 'headers') shown = blankHeaders(facts.headers)
    else shown = blankValue(facts[where as 'params' | 'query' | 'body'])
    kept.set(where, shown)
  }
  for (const name of below) {
    const field = where === 'headers' ? name.toLowerCase() : name
    // If a name is not shown, its value is not either.
    shown = isPlainObject(shown) && Object.hasOwn(shown, field) ? shown[field] : blank
  }
  return shown
}

/**
 * Returns whether a text matches a pattern, where `*` matches any text. It takes only one pass, since no part between
 * two `*` is longer than the 250 characters for which the engine's search never goes back.
 */
function fitsPattern (text: string, pattern: string): boolean {
  const [start = '', ...rest] = pattern.split('*')
  const end = rest.pop()
  if (end === undefined) return text === pattern
  if (!text.startsWith(start) || !text.endsWith(end) || text.length < start.length + end.length) return false
  let from = start.length
  for (const part of rest) {
    const at = text.indexOf(part, from)
    if (at === -1 || at + part.length > text.length - end.length) return false
    from = at + part.length
  }
  return true
}

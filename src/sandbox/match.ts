import { isDeepStrictEqual } from 'node:util'
import * as Type from 'typebox'
import type { Static } from 'typebox'
import { isPlainObject } from '../schema/parse-json.ts'
import { strictObject } from '../schema/primitives.ts'
import { blank, blankValue, isSecret } from '../schema/secrets.ts'

const texts = (description: string) => Type.Optional(Type.Record(Type.String(), Type.String(), { description }))

/** Which requests are meant. */
export const MatchSchema = strictObject({
  /** Its operationId in the OpenAPI document. */
  operation: Type.Optional(Type.String({ description: 'Its operationId in the OpenAPI document' })),
  /** The resource that its operation is of. */
  resource: Type.Optional(Type.String({ description: 'The resource that its operation is of' })),
  /** In capitals. */
  method: Type.Optional(Type.String({ description: 'In capitals' })),
  /**
   * Its path, such as /ovoc/v1/topology/customers/85844, whatever its base path and sandbox, without the query; * is
   * any text.
   */
  path: Type.Optional(Type.String({
    description: 'Its path, such as /ovoc/v1/topology/customers/85844, whatever its base path and sandbox, ' +
      'without the query; * is any text'
  })),
  /** Parameters of its path, such as {"id": 85844}. */
  params: Type.Optional(Type.Record(Type.String(), Type.Unsafe<string | number>({ type: ['string', 'integer'] }), {
    description: 'Parameters of its path, such as {"id": 85844}'
  })),
  /** Parameters of its query; * is any text. */
  query: texts('Parameters of its query; * is any text'),
  /** Headers, by name in any case; * is any text. */
  headers: texts('Headers, by name in any case; * is any text'),
  /** Fields that its body holds, objects in part, anything else whole. */
  body: Type.Optional(Type.Record(Type.String(), Type.Unknown(), {
    description: 'Fields that its body holds, objects in part, anything else whole'
  }))
}, {
  $id: 'Match',
  description: 'Which requests are meant. A request matches if every condition holds; {} matches all',
  examples: [{ operation: 'verifyCustomer', params: { id: 85844 } }]
})

export type Match = Static<typeof MatchSchema>

/** What a request is compared by. */
export interface RequestFacts {
  /** Its operationId, if it found an operation of OVOC. */
  operation: string | undefined
  resource: string | undefined
  method: string
  /** As it is routed: without sandbox, base path and query. */
  path: string
  params: Record<string, unknown>
  query: Record<string, unknown>
  headers: Record<string, string | string[] | undefined>
  body: unknown
}

/** A condition that does not hold. */
export interface Mismatch {
  /** Such as `method` or `body/contacts/email`. */
  where: string
  expected: unknown
  got: unknown
}

/** Whether every condition holds. */
export function matches (match: Match, facts: RequestFacts): boolean {
  return mismatches(match, facts).next().done === true
}

/** The conditions that do not hold. */
export function * mismatches (match: Match, facts: RequestFacts): Generator<Mismatch> {
  for (const where of ['operation', 'resource', 'method'] as const) {
    const [expected, got] = [match[where], facts[where]]
    if (expected !== undefined && expected !== got) yield { where, expected, got }
  }
  if (match.path !== undefined) yield * compareText(facts, 'path', match.path, facts.path)
  for (const part of ['params', 'query', 'headers'] as const) {
    for (const [name, expected] of Object.entries<string | number>(match[part] ?? {})) {
      const got = own(facts[part], part === 'headers' ? name.toLowerCase() : name)
      yield * compareText(facts, `${part}/${name}`, expected, got)
    }
  }
  if (match.body !== undefined) yield * compareBody('body', match.body, facts.body)
}

// Every object has a constructor, but no request has one.
function own (fields: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

// A pattern is compared with what is shown, so that it can't be used to find out a secret letter by letter.
function * compareText (
  facts: RequestFacts, where: string, expected: string | number, got: unknown
): Generator<Mismatch> {
  const pattern = String(expected)
  const isPart = pattern.includes('*') && pattern !== '*'
  const text = isPart ? shownText(facts, where.slice(where.indexOf('/') + 1), got) : String(got)
  if (got === undefined || !fitsPattern(text, pattern)) yield { where, expected, got }
}

// Many conditions may ask for the same long text of a request, which takes a while to blank.
const shownTexts = new WeakMap<RequestFacts, Map<unknown, string>>()

function shownText (facts: RequestFacts, name: string, got: unknown): string {
  if (isSecret(name)) return blank
  const shown = shownTexts.get(facts) ?? new Map<unknown, string>()
  const text = shown.get(got) ?? String(blankValue(got))
  shownTexts.set(facts, shown.set(got, text))
  return text
}

function * compareBody (where: string, expected: unknown, got: unknown): Generator<Mismatch> {
  if (isPlainObject(expected) && isPlainObject(got)) {
    for (const [name, value] of Object.entries(expected)) yield * compareBody(`${where}/${name}`, value, own(got, name))
  } else if (!isDeepStrictEqual(expected, got)) yield { where, expected, got }
}

/** Whether a text is as a pattern says in which `*` is any text; in one pass, whatever the pattern. */
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

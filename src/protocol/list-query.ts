import * as Type from 'typebox'
import type { Static } from 'typebox'
import { suggest } from '../schema/describe-problems.ts'
import { assumed, observed, oneOf, strictObject } from '../schema/primitives.ts'
import { Refusal } from './refusal.ts'
import { isDecodable } from './base-paths.ts'

/** The query parameter that selects records of a list. */
export const filterParameter = Type.Optional(Type.String({
  description: "One condition on a top-level field: (field='value')",
  'x-evidence': observed('several programs filter so; no program is known to send more than one condition')
}))

const ListQuerySchema = strictObject({
  detail: Type.Optional(oneOf(['0', '1'], {
    description: '1 returns full records, 0 or no `detail` brief ones',
    'x-evidence': observed('programs in use ask for detail=1')
  })),
  fields: Type.Optional(Type.String({
    description: 'The fields to keep, separated by commas',
    'x-evidence': observed('a program in use asks for fields=customerId')
  })),
  filter: filterParameter
})

export type ListQuery = Static<typeof ListQuerySchema>

/** Returns the schema of a list's query, plus parameters that only this list has. */
export function listQuery<More extends Type.TProperties = {}> ({ filterable }: ListShape, more = {} as More) {
  return strictObject({ ...ListQuerySchema.properties, ...more }, {
    'x-filterable': filterable,
    'x-evidence': assumed('an unknown query parameter is rejected')
  })
}

/** The field names that are needed to select and shape the records of a list. */
export interface ListShape {
  /** Every top-level field. */
  fields: readonly string[]
  /** The fields that hold a string, number or boolean. */
  filterable: readonly string[]
  /** The fields of a brief record. */
  brief: readonly string[]
}

/** The condition that a field has one of these values. Numbers and booleans are compared as text. */
export interface Filter { field: string, values: readonly string[] }

/** A parsed list query: the records to return, and which of their fields. */
export interface Selection {
  /** Undefined keeps all fields. */
  fields: readonly string[] | undefined
  /** Undefined keeps all records. */
  filter: Filter | undefined
}

/** Returns whether a record meets a condition. Null never matches. */
export function fits (record: object, filter: Filter | undefined): boolean {
  if (filter === undefined) return true
  const value = (record as Record<string, unknown>)[filter.field]
  return value !== null && value !== undefined && filter.values.includes(String(value))
}

/** Returns the shape of a resource's lists, from its schema. */
export function listShape (schema: { properties?: Record<string, unknown> }, brief: readonly string[]): ListShape {
  const properties = schema.properties as Record<string, { type?: string | string[] }>
  const fields = Object.keys(properties)
  const scalars = ['string', 'integer', 'number', 'boolean']
  const filterable = fields.filter(name => {
    return [properties[name]?.type].flat().some(type => scalars.includes(type as string))
  })
  return { fields, filterable, brief }
}

/**
 * Reads a list query.
 * @throws {Refusal} 400 that says what is wrong, where, and what is allowed.
 */
export function readSelection (
  { url, query: { detail, fields, filter } }: { url: string, query: ListQuery }, shape: ListShape
): Selection {
  const selection: Selection = { fields: detail === '1' ? undefined : shape.brief, filter: undefined }
  if (fields !== undefined) {
    const names = [...new Set(fields.split(','))]
    const unknown = names.filter(name => !shape.fields.includes(name)).slice(0, 20)
    if (unknown.length > 0) {
      const problems = unknown.map(name =>
        `${JSON.stringify(name.slice(0, 80))} is not a known field${suggest(name, shape.fields)}`)
      throw new Refusal(400, `the query is not valid: fields ${problems.join('; ')}`)
    }
    selection.fields = names
  }
  if (filter !== undefined) {
    const filters = readingsOf(url, 'filter').map(reading => parseFilter(reading, shape.filterable))
    const { field } = filters[0] as { field: string }
    selection.filter = { field, values: filters.map(({ value }) => value) }
  }
  return selection
}

const known = "only (field='value') is publicly known"

/**
 * Reads a filter, for example `(name='Brad984')`, in one pass over its text.
 * @param fields the fields that may be filtered on.
 * @throws {Refusal} 400 that names the position and what was expected there.
 */
function parseFilter (text: string, fields: readonly string[]): { field: string, value: string } {
  if (text[0] !== '(') throw problem(text, 0, '"("')
  const equals = text.indexOf('=')
  const field = text.slice(1, equals === -1 ? undefined : equals)
  if (!fields.includes(field)) throw problem(text, 1, `one of ${fields.join(', ')}, then "="`)
  if (equals === -1) throw problem(text, text.length, '"="')
  if (text[equals + 1] !== "'") throw problem(text, equals + 1, 'a value in single quotes')
  const end = text.indexOf("'", equals + 2)
  if (end === -1) throw problem(text, text.length, 'the closing quote')
  if (text[end + 1] !== ')') {
    throw problem(text, end + 1, '")", since a value holds no quote and a filter one condition')
  }
  if (end + 2 !== text.length) throw problem(text, end + 2, 'the end, since a filter is one condition')
  return { field, value: text.slice(equals + 2, end) }
}

function problem (text: string, index: number, expected: string): Refusal {
  const found = index < text.length ? JSON.stringify(text.slice(index, index + 20)) : 'the end'
  const description = `filter must have ${expected} at position ${index + 1}, got ${found}; ${known}`
  return new Refusal(400, `the query is not valid: ${description}`)
}

/** A percent-encoded character of UTF-8, or a percent sign that does not begin one. */
const utf8 = /[0-7][\da-f]|[cd][\da-f]%[89ab][\da-f]|e[\da-f](?:%[89ab][\da-f]){2}|f[0-7](?:%[89ab][\da-f]){3}/
const encoded = new RegExp(`%(?:${utf8.source})|%[\\da-f]{0,2}`, 'gi')

/**
 * Returns the texts that a query parameter may mean. Some clients send a plain plus for a plus, others for a space.
 * @throws {Refusal} 400 that says where the parameter is not percent-encoded UTF-8.
 */
export function readingsOf (url: string, name: string): string[] {
  const parameters = url.slice(url.search(/[?#]/) + 1).split('&').map(parameter => parameter.split(/=(.*)/s))
  const [, raw = ''] = parameters.find(([key]) => decodeURIComponent(key as string) === name) as string[]
  const wrong = Array.from(raw.matchAll(encoded)).find(([text]) => !isDecodable(text))
  if (wrong !== undefined) {
    const position = decodeURIComponent(raw.slice(0, wrong.index)).length + 1
    const expected = `${name} must be percent-encoded UTF-8 at position ${position}, got ${JSON.stringify(wrong[0])}`
    throw new Refusal(400, `the query is not valid: ${expected}`)
  }
  return [...new Set([raw, raw.replaceAll('+', '%20')])].map(decodeURIComponent)
}

import Type from 'typebox'
import type { Static } from 'typebox'
import { suggest } from '../schema/describe-faults.ts'
import { assumed, observed } from '../schema/evidence.ts'
import { oneOf, strictObject } from '../schema/primitives.ts'
import { parseFilter } from './filter.ts'
import { Refusal } from './refusal.ts'

const ListQuery = strictObject({
  detail: Type.Optional(oneOf(['0', '1'], { description: '1 gives whole records; else brief ones', 'x-evidence': observed('programs in use ask for detail=1') })),
  fields: Type.Optional(Type.String({ description: 'The fields to keep, separated by commas', 'x-evidence': observed('a program in use asks for fields=customerId') })),
  filter: Type.Optional(Type.String({ description: "One condition on a top-level field: (field='value')", 'x-evidence': observed('several programs filter so; more than one condition is not known') }))
})

type Query = Static<typeof ListQuery>

/** The query of a list, with parameters that no other list has when some are given. */
export function listQuery<More extends Type.TProperties = {}> ({ filterable }: ListShape, more = {} as More) {
  return strictObject({ ...ListQuery.properties, ...more }, { 'x-filterable': filterable, 'x-evidence': assumed('a query parameter that is not known is refused') })
}

/** What is needed to choose and shape the records of a list. */
export interface ListShape {
  /** Every top-level field. */
  fields: readonly string[]
  /** Those that hold a string, number or boolean. */
  filterable: readonly string[]
  /** The fields of a brief record. */
  brief: readonly string[]
}

/** A list query, read: which records, and which of their fields. */
export interface Selection {
  keeps (record: Record<string, unknown>): boolean
  /** Undefined keeps all. */
  fields: readonly string[] | undefined
  filter?: { field: string, value: string }
}

/** The shape of a resource's lists, from its schema. */
export function listShape (schema: { properties?: Record<string, unknown> }, brief: readonly string[]): ListShape {
  const fields = Object.entries(schema.properties as Record<string, { type?: string | string[] }>)
  const filterable = fields.filter(([, { type }]) => isScalar(type)).map(([name]) => name)
  return { fields: fields.map(([name]) => name), filterable, brief }
}

function isScalar (type: string | string[] | undefined): boolean {
  return [type].flat().some(name => ['string', 'integer', 'number', 'boolean'].includes(name as string))
}

/**
 * Reads a list query.
 * @throws {Refusal} 400 that says what is wrong where, and what is allowed.
 */
export function readSelection ({ detail, fields, filter }: Query, shape: ListShape): Selection {
  const whole = detail === '1' ? undefined : shape.brief
  const kept = fields === undefined ? whole : readFields(fields, shape.fields)
  if (filter === undefined) return { keeps: () => true, fields: kept }
  const { field, value } = parseFilter(filter, shape.filterable)
  return { keeps: record => isScalarValue(record[field]) && String(record[field]) === value, fields: kept, filter: { field, value } }
}

function isScalarValue (value: unknown): boolean {
  return value !== null && value !== undefined
}

function readFields (text: string, known: readonly string[]): string[] {
  const names = text.split(',')
  const unknown = names.filter(name => !known.includes(name)).slice(0, 20)
  if (unknown.length === 0) return names
  const faults = unknown.map(name => `${JSON.stringify(name.slice(0, 80))} is not a known field${suggest(name, known)}`)
  throw new Refusal(400, `the query is not valid: fields ${faults.join('; ')}`)
}

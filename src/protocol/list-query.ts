import Type from 'typebox'
import type { Static } from 'typebox'
import { suggest } from '../schema/describe-faults.ts'
import { assumed, observed } from '../schema/evidence.ts'
import { oneOf, strictObject } from '../schema/primitives.ts'
import { parseFilter } from './filter.ts'
import { Refusal } from './refusal.ts'

/** The query of every list. */
export const ListQuery = strictObject({
  detail: Type.Optional(oneOf(['0', '1'], { description: '1 gives whole records; else brief ones', 'x-evidence': observed('programs in use ask for detail=1') })),
  fields: Type.Optional(Type.String({ description: 'The fields to keep, separated by commas', 'x-evidence': observed('a program in use asks for fields=customerId') })),
  filter: Type.Optional(Type.String({ description: "One condition on a top-level field: (field='value')", 'x-evidence': observed('several programs filter so; more than one condition is not known') }))
}, { 'x-evidence': assumed('a query parameter that is not known is refused') })

type Query = Static<typeof ListQuery>

/** What is needed to choose and shape the records of a list. */
export interface ListShape {
  /** Every top-level field, and whether it holds a string, number or boolean. */
  fields: ReadonlyMap<string, boolean>
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
  return { fields: new Map(fields.map(([name, { type }]) => [name, isScalar(type)])), brief }
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
  const kept = fields === undefined ? whole : readFields(fields, [...shape.fields.keys()])
  if (filter === undefined) return { keeps: () => true, fields: kept }
  const { field, value } = parseFilter(filter, [...shape.fields].filter(([, scalar]) => scalar).map(([name]) => name))
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
  throw new Refusal(400, `the query is not valid: /fields ${faults.join('; ')}`)
}

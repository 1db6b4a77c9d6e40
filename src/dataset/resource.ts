import type { Faker } from '@faker-js/faker'
import type { ErrorObject, ValidateFunction } from 'ajv'
import type { TSchema } from 'typebox'
import { describeProblem } from '../schema/describe-problems.ts'
import { quote } from '../schema/quote.ts'
import type { SomeOf } from '../schema/primitives.ts'
import { sharedSchemas } from '../schema/statuses.ts'
import { textProblems } from '../schema/text-problems.ts'
import { validatorOf } from '../schema/validators.ts'
import type { Block } from './blocks.ts'

/** A record of any resource. */
export type OvocRecord = object

/** A field that refers to other records: it holds one id, a list of ids, or null. */
export interface Relation<Field extends string = string> {
  readonly field: Field
  /** The resource of the other records. */
  readonly to: string
  /** The field of the other record that must refer back, with one id or a list of ids. */
  readonly back?: string
  /**
   * Whether the other record belongs to this record only. Its id is then in this field of one record, and only once.
   */
  readonly owned?: boolean
}

/** Fields that records have in a list but not on their own. */
interface ListOnly<Field extends string = string> {
  /** The relation that the fields come from. Each is a field of one related record, or null if there is none. */
  readonly through: Field
  /** The field of the other record, by its name in the list. */
  readonly fields: Readonly<Record<string, string>>
}

/** What happens to fields of records that the schemas do not know. */
export type UnknownFields = 'refuse' | 'keep'

/** Everything the dataset needs in order to read, check and generate the records of a resource. */
export interface Resource<Wire extends OvocRecord = any, Name extends string = string> {
  /** The path's last segment, which is also the fixture file's name. */
  readonly name: Name
  /** What one record is called in messages. */
  readonly noun: string
  /** Other names of its list. */
  readonly aliases?: readonly string[]
  readonly schema: TSchema & { $id?: string }
  /** The id under which a record is kept. `position` is its place in the file, from 1, for records without an id. */
  idOf (record: Wire, position: number): number
  /** Whether its ids come from OVOC's single sequence for all topology nodes. Source: AudioCodes' documents. */
  readonly isNode: boolean
  /** How its records refer to others. Fixtures, changes and snapshots are checked against this table. */
  readonly relations?: ReadonlyArray<Relation<keyof Wire & string>>
  readonly listOnly?: ListOnly<keyof Wire & string>
  /** The `url` that a record must have, if its resource has that field. */
  urlOf? (id: number): string
  /** Returns what else is wrong within a record, such as a sum. The record lacks the values that break its schema. */
  check? (record: SomeOf<Wire>): string[]
  /** Corrects the counts of a record after references were removed from it. */
  recount? (record: Wire): Wire
  /** The ids of this resource in a block of generated records. If absent, no record belongs to a generated customer. */
  idsIn? (block: Block): readonly number[]
  /** The ids from `first` up to `end` (exclusive) that a field's value implies. Undefined if it implies none. */
  impliedIds? (field: string, value: string, first: number, end: number): number[] | undefined
  /**
   * Generates the record of an id. All randomness comes from the seeded faker. Without a block, the record relates to
   * nothing.
   */
  generate (id: number, faker: Faker, block?: Block): Wire
}

const validators = new Map<object, ValidateFunction>()

/** Returns where a record breaks its resource's schema. */
export function schemaErrors ({ schema }: Resource, record: unknown, unknownFields: UnknownFields): ErrorObject[] {
  const validate = validators.get(schema) ?? validatorOf(schema, sharedSchemas)
  validators.set(schema, validate)
  if (validate(record)) return []
  const errors = validate.errors as ErrorObject[]
  return unknownFields === 'keep' ? errors.filter(({ keyword }) => keyword !== 'additionalProperties') : errors
}

/**
 * Returns a function that describes problems of records. It names the option that keeps unknown fields once, not for
 * each unknown field of each record.
 */
export function describerOfRecords (describe: (error: ErrorObject) => string = describeProblem) {
  let isOptionNamed = false
  return (error: ErrorObject): string => {
    if (error.keyword !== 'additionalProperties' || isOptionNamed) return describe(error)
    isOptionNamed = true
    return `${describe(error)} (the option unknown-fields keeps such fields)`
  }
}

/** Splits a record from a list into the record itself and the fields that only the list has. */
export function splitListed ({ listOnly }: Resource, record: Record<string, unknown>): { own: object, listed: object } {
  const names = Object.keys(listOnly?.fields ?? {})
  if (!names.some(name => Object.hasOwn(record, name))) return { own: record, listed: {} }
  const fields = Object.entries(record)
  return {
    own: Object.fromEntries(fields.filter(([name]) => !names.includes(name))),
    listed: Object.fromEntries(fields.filter(([name]) => names.includes(name)))
  }
}

/** Returns what is wrong within a record besides its schema. The record lacks the values that break its schema. */
export function ownProblems (resource: Resource, id: number, record: Record<string, any>): string[] {
  const owned = resource.relations?.filter(relation => relation.owned) ?? []
  return [
    ...textProblems(record),
    ...valueProblems('/url', record.url, resource.urlOf?.(id)),
    ...owned.flatMap(({ field }) => repeatProblems(`/${field}`, [record[field] ?? []].flat())),
    ...resource.check?.(record) ?? []
  ]
}

/**
 * Returns a problem if a field differs from the value that the rest of its record implies. If either is unknown, so
 * undefined or NaN, there is none.
 */
export function valueProblems<Value> (pointer: string, value: Value, expected: Value): string[] {
  const isUnknown = [value, expected].some(one => one === undefined || Number.isNaN(one))
  const isFine = isUnknown || value === expected
  return isFine ? [] : [`${pointer} must be ${quote(expected)}, got ${quote(value)}`]
}

/** Returns a problem for each repeated id in a list. */
export function repeatProblems (pointer: string, ids: readonly number[] = []): string[] {
  const seen = new Set<number>()
  return ids.flatMap((id, index) =>
    seen.size === seen.add(id).size ? [`${pointer}/${index} must appear only once, got ${id} again`] : [])
}

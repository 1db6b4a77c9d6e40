import type { Faker } from '@faker-js/faker'
import type { ErrorObject } from 'ajv'
import type { TSchema } from 'typebox'
import { quote } from '../schema/quote.ts'
import { sharedSchemas } from '../schema/statuses.ts'
import { textProblems } from '../schema/text-problems.ts'
import { validatorsWith } from '../schema/validators.ts'
import type { Block } from './blocks.ts'

/** A record of any resource. */
export type OvocRecord = object

/** A field that refers to other records: it holds one id, a list of ids, or null. */
export interface Relation<Field extends string = string> {
  readonly field: Field
  /** The resource of the other records. */
  readonly to: string
  /** The field of the other record that must refer back: with one id, or a list of ids. */
  readonly back?: string
  /** Whether the other record belongs to this one alone: its id is in this field of one record only, and only once. */
  readonly owned?: boolean
}

/** Fields that records have in a list and not by themselves. */
interface ListOnly<Field extends string = string> {
  /** The relation that they come through: each is a field of one of its records, null if there is none. */
  readonly through: Field
  /** The field of the other record, by the name in the list. */
  readonly fields: Readonly<Record<string, string>>
}

/** What happens to fields of records that no schema knows. */
export type UnknownFields = 'refuse' | 'keep'

/** What the dataset needs to know of a kind of record to read, check and generate it. */
export interface Resource<Wire extends OvocRecord = any, Name extends string = string> {
  /** The path's last segment, which is also the fixture file's name. */
  readonly name: Name
  /** Other names that its list goes by. */
  readonly aliases?: readonly string[]
  readonly schema: TSchema & { $id?: string }
  /** The id under which a record is kept; `position` counts from 1 in its file, for records without an id. */
  idOf (record: Wire, position: number): number
  /** Whether its ids are from OVOC's one sequence for all topology nodes. Source: AudioCodes' documents. */
  readonly isNode: boolean
  /** How its records refer to others. Fixtures, changes and snapshots are checked by this table. */
  readonly relations?: ReadonlyArray<Relation<keyof Wire & string>>
  readonly listOnly?: ListOnly<keyof Wire & string>
  /** The `url` that a record must have, if its resource has that field. */
  urlOf? (id: number): string
  /** What else is wrong within a record, such as wrong sums. Fields that break the schema are missing. */
  check? (record: Partial<Wire>): string[]
  /** Makes counts of a record right again after references were taken out of it. */
  recount? (record: Wire): Wire
  /**
   * The ids of this kind that a block of generated records holds.
   * Absent: none of its records belong to a generated customer.
   */
  idsIn? (block: Block): readonly number[]
  /** The ids from `first` to before `end` that follow from the value of a field; undefined if none do. */
  idsWith? (field: string, value: string, first: number, end: number): number[] | undefined
  /**
   * The record of an id; all its chance comes from the seeded faker.
   * Without a block it stands alone, related to nothing.
   */
  generate (id: number, faker: Faker, block?: Block): Wire
}

const validatorOf = validatorsWith(sharedSchemas)

/** Where a record breaks its resource's schema. */
export function schemaErrors ({ schema }: Resource, record: unknown, unknownFields: UnknownFields): ErrorObject[] {
  const validate = validatorOf(schema)
  if (validate(record)) return []
  const errors = validate.errors as ErrorObject[]
  return unknownFields === 'keep' ? errors.filter(({ keyword }) => keyword !== 'additionalProperties') : errors
}

/** A record of a list as it is by itself, and its fields that only the list has. */
export function splitListed ({ listOnly }: Resource, record: Record<string, unknown>): { own: object, listed: object } {
  const names = Object.keys(listOnly?.fields ?? {})
  if (!names.some(name => Object.hasOwn(record, name))) return { own: record, listed: {} }
  const fields = Object.entries(record)
  return {
    own: Object.fromEntries(fields.filter(([name]) => !names.includes(name))),
    listed: Object.fromEntries(fields.filter(([name]) => names.includes(name)))
  }
}

/** What is wrong within a record besides its schema. Fields that break the schema are missing. */
export function ownProblems (resource: Resource, id: number, record: Record<string, any>): string[] {
  const owned = resource.relations?.filter(relation => relation.owned) ?? []
  return [
    ...textProblems(record),
    ...valueProblems('/url', record.url, resource.urlOf?.(id)),
    ...owned.flatMap(({ field }) => repeatProblems(`/${field}`, [record[field] ?? []].flat())),
    ...resource.check?.(record) ?? []
  ]
}

/** The problem of a field whose value does not follow from the rest of its record; none where either is not known. */
export function valueProblems<Value> (pointer: string, value: Value, expected: Value): string[] {
  const isFine = value === undefined || expected === undefined || value === expected
  return isFine ? [] : [`${pointer} must be ${quote(expected)}, got ${quote(value)}`]
}

/** The problems of a list of ids that has one twice. */
export function repeatProblems (pointer: string, ids: readonly number[] = []): string[] {
  const seen = new Set<number>()
  return ids.flatMap((id, index) =>
    seen.size === seen.add(id).size ? [`${pointer}/${index} must be there once, got ${id} again`] : [])
}

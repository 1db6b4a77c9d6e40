import type { Faker } from '@faker-js/faker'
import type { ValidateFunction } from 'ajv'
import type { TSchema } from 'typebox'
import { quote } from '../schema/quote.ts'
import { sharedSchemas } from '../schema/statuses.ts'
import { validatorsWith } from '../schema/validators.ts'
import type { Block } from './blocks.ts'

/** A record of any resource. */
export type OvocRecord = object

/** A record without the fields that do not fit its schema; its id is always there. */
export type Intact<Wire extends OvocRecord> = Partial<Wire> & Pick<Wire, keyof Wire & 'id'>

/**
 * Checks one relation: the id must be a record of the named resource, for which `holds` is true when given.
 * Null relates to nothing and is no fault. The answer is a list of no or one fault.
 */
export type Relate = (pointer: string, resourceName: string, id: number | null, holds?: Holds) => string[]

interface Holds {
  /** What a fault says was expected besides existence, such as "points back". */
  expected: string
  /** True also where the other record lacks the field that would tell. */
  test (other: any): boolean
}

/** A record that another one refers to, and that has to refer back. */
export interface Implied {
  resourceName: string
  id: number
  /** The record with the reference back in it. */
  pointBack (other: any): OvocRecord
}

/** What the dataset needs to know of a kind of record to read, check and generate it. */
export interface Resource<Wire extends OvocRecord = OvocRecord, Name extends string = string> {
  /** The path's last segment, which is also the fixture file's name. */
  readonly name: Name
  readonly schema: TSchema & { $id?: string }
  /** The id under which a record is kept; `position` counts from 1 in its file, for records without an id. */
  idOf (record: Wire, position: number): number
  /** Whether its ids are from OVOC's one sequence for all topology nodes. Source: AudioCodes' documents. */
  readonly isNode: boolean
  /** The lists of ids that no two records may share, since what belongs to one belongs to no other. */
  readonly owned?: readonly string[]
  /** What is wrong with a record besides its schema, as far as the intact fields tell: its own arithmetic and its relations. */
  check (record: Intact<Wire>, relate: Relate): string[]
  /** The names of the resources that `check` relates to. */
  readonly refersTo: readonly string[]
  /** Which others it refers to that have to refer back. */
  implied? (record: Wire): Implied[]
  /** The ids of this kind that a block of generated records holds. */
  idsIn (block: Block): readonly number[]
  /** The record of an id; all its chance comes from the seeded faker. Without a block it stands alone, related to nothing. */
  generate (id: number, faker: Faker, block?: Block): Wire
}

const validatorOf = validatorsWith(sharedSchemas)

/** Tells whether a record fits its resource's schema. */
export function recordValidator ({ schema }: Resource<any>): ValidateFunction {
  return validatorOf(schema)
}

/** The fault of a field that has another value than follows from the rest of its record; none where either is not known. */
export function valueFaults (pointer: string, value: string | number | undefined, expected: string | number | undefined): string[] {
  const isFine = value === undefined || expected === undefined || value === expected
  return isFine ? [] : [`${pointer} must be ${quote(expected)}, got ${quote(value)}`]
}

/** The fault of a record whose `url` is not the one that belongs to its id. */
export function urlFaults (url: string | undefined, expected: string): string[] {
  return valueFaults('/url', url, expected)
}

/** The faults of a list of ids in which one is there again. */
export function repeatFaults (pointer: string, ids: readonly number[] = []): string[] {
  const seen = new Set<number>()
  return ids.flatMap((id, index) => seen.size === seen.add(id).size ? [`${pointer}/${index} must be there once, got ${id} again`] : [])
}

import type { Faker } from '@faker-js/faker'
import type { TSchema } from 'typebox'

/** A record of any resource: OVOC gives each an id. */
export interface OvocRecord { readonly id: number }

/** What the dataset needs to know of a kind of record to read, check and generate it. */
export interface Resource<Wire extends OvocRecord = OvocRecord> {
  /** The path's last segment, which is also the fixture file's name. */
  readonly name: string
  readonly schema: TSchema & { $id?: string }
  /** Where in its block of the id sequence a generated record of this kind stands; see `generated-ids.ts`. */
  readonly slot: number
  /** The `url` that belongs to an id. */
  urlOf (id: number): string
  /** The record that belongs to an id; all its chance comes from the seeded faker. */
  generate (id: number, faker: Faker): Wire
}

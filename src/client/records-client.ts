import type { RecordOf, ResourceName } from '../resources/index.ts'
import { objectGiven } from './send.ts'
import type { Ask } from './send.ts'

/** Some fields of a record, of the objects in it too; lists are whole. */
export type SomeOf<Value> =
  Value extends readonly unknown[] ? Value :
    Value extends object ? { [Field in keyof Value]?: SomeOf<Value[Field]> | undefined } : Value

/** A record and the id under which it is kept; rejected endpoints do not have theirs in themselves. */
export interface KeptRecord<Name extends ResourceName> { id: number, record: RecordOf<Name> }

type OwnId<Name extends ResourceName> = RecordOf<Name> extends { id: number } ? [] : [id: number]

/** Whole records, by the names of their resources. */
export type RecordSets = { [Name in ResourceName]?: Array<RecordOf<Name>> | undefined }

/** The records of one resource, to set them past the vendor's rules; relations and schema hold. */
export function resourceClient<Name extends ResourceName> (ask: Ask, name: Name) {
  type Wire = RecordOf<Name>
  const path = `/records/${name}`
  return {
    /** All of them, each with the id under which it is kept. */
    list: async () => (await ask<{ records: Array<KeptRecord<Name>> }>('GET', path)).records,
    get: (id: number): Promise<Wire> => ask('GET', `${path}/${id}`),
    /** Adds a record; fields that are not given are generated, the id is the next one. */
    create: (fields: SomeOf<Wire> = {} as SomeOf<Wire>): Promise<Wire> => ask('POST', path, fields as object),
    /** Sets a whole record, read-only fields too, whether there is one with its id or not. */
    put: (record: Wire, ...[id]: OwnId<Name>): Promise<Wire> =>
      ask('PUT', `${path}/${id ?? (objectGiven('the record', record) as { id: number }).id}`, record),
    /** Changes some fields; objects merge by key. */
    patch: (id: number, fields: SomeOf<Wire>): Promise<Wire> => ask('PATCH', `${path}/${id}`, fields as object),
    delete: async (id: number): Promise<void> => { await ask('DELETE', `${path}/${id}`) }
  }
}

import type { RecordOf, ResourceName } from '../resources/index.ts'
import type { Ask } from './send.ts'

/** Some fields of a record, of the objects in it too; lists are whole. */
export type SomeOf<Value> = Value extends readonly unknown[] ? Value : Value extends object ? { [Field in keyof Value]?: SomeOf<Value[Field]> | undefined } : Value

/** A record and the id under which it is kept; rejected endpoints do not have theirs in themselves. */
export interface KeptRecord<Name extends ResourceName> { id: number, record: RecordOf<Name> }

type OwnId<Name extends ResourceName> = RecordOf<Name> extends { id: number } ? [] : [id: number]

/** The records of one resource, to set them past the vendor's rules; relations and schema hold. */
export class ResourceClient<Name extends ResourceName> {
  readonly #ask: Ask
  readonly #path: string

  constructor (ask: Ask, name: Name) {
    this.#ask = ask
    this.#path = `/records/${name}`
  }

  /** All of them, each with the id under which it is kept. */
  async list (): Promise<Array<KeptRecord<Name>>> {
    return (await this.#ask<{ records: Array<KeptRecord<Name>> }>('GET', this.#path)).records
  }

  get (id: number): Promise<RecordOf<Name>> {
    return this.#ask('GET', `${this.#path}/${id}`)
  }

  /** Adds a record; fields that are not given are generated, the id is the next one. */
  create (fields: SomeOf<RecordOf<Name>> = {} as SomeOf<RecordOf<Name>>): Promise<RecordOf<Name>> {
    return this.#ask('POST', this.#path, fields as object)
  }

  /** Sets a whole record, read-only fields too, whether there is one with its id or not. */
  put (record: RecordOf<Name>, ...[id]: OwnId<Name>): Promise<RecordOf<Name>> {
    return this.#ask('PUT', `${this.#path}/${id ?? (record as { id: number }).id}`, record)
  }

  /** Changes some fields; objects merge by key. */
  patch (id: number, fields: SomeOf<RecordOf<Name>>): Promise<RecordOf<Name>> {
    return this.#ask('PATCH', `${this.#path}/${id}`, fields as object)
  }

  async delete (id: number): Promise<void> {
    await this.#ask('DELETE', `${this.#path}/${id}`)
  }
}

/** Whole records, by the names of their resources. */
export type RecordSets = { [Name in ResourceName]?: Array<RecordOf<Name>> | undefined }

/** The records of all resources together. */
export class RecordsClient {
  readonly #ask: Ask

  constructor (ask: Ask) {
    this.#ask = ask
  }

  /** Sets records that refer to each other, all or none, and tells how many. */
  async put (records: RecordSets): Promise<number> {
    return (await this.#ask<{ records: number }>('PUT', '/records', records)).records
  }
}

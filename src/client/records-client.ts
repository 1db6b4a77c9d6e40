import type { RecordOf, ResourceName } from '../resources/index.ts'
import { OvocMockError, WrongCall, idGiven, objectGiven } from './send.ts'
import type { Ask } from './send.ts'

/** Some fields of a record, of the objects in it too; lists are whole. */
export type SomeOf<Value> =
  Value extends readonly unknown[] ? Value :
    Value extends object ? { [Field in keyof Value]?: SomeOf<Value[Field]> | undefined } : Value

/** A record and the id under which it is kept; rejected endpoints do not have theirs in themselves. */
export interface KeptRecord<Name extends ResourceName> { id: number, record: RecordOf<Name> }

type OwnId<Name extends ResourceName> = RecordOf<Name> extends { id: number } ? [] : [id: number]

/** Whole records, and ids of records to delete, by the names of their resources. */
export type RecordSets = { [Name in ResourceName]?: Array<RecordOf<Name>> | undefined } & {
  delete?: { [Name in ResourceName]?: number[] | undefined } | undefined
}

/** How to delete what other records refer to. */
export interface DeletionOptions {
  /** Takes references out of other records, and deletes those that need them. Default: false, an error. */
  cascade?: boolean | undefined
}

/** What a list gives for each record: those without an id of their own come with the one under which they are kept. */
type Listed<Name extends ResourceName> = OwnId<Name> extends [] ? RecordOf<Name> : KeptRecord<Name>

/** The records of one resource, to set them past the vendor's rules; relations and schema hold. */
export function resourceClient<Name extends ResourceName> (send: Ask, name: Name) {
  type Wire = RecordOf<Name>
  const path = `/records/${name}`
  // A refusal names the call that works, not the request.
  const ask = <Answer> (method: string, path: string, body?: object, cascading = ''): Promise<Answer> => {
    return send<Answer>(method, path, body).catch(error => {
      if (error instanceof OvocMockError) {
        error.message = error.message.replace('the query cascade=true', `${name}.${cascading}`)
          .replace('PUT /__admin/records', 'records.put')
      }
      throw error
    })
  }
  return {
    /** All of them. Rejected endpoints, which have no id, come as `{ id, record }`. */
    async list (): Promise<Array<Listed<Name>>> {
      const { records } = await ask<{ records: Array<KeptRecord<Name>> }>('GET', path)
      return records.map(({ id, record }) => 'id' in record ? record : { id, record }) as Array<Listed<Name>>
    },
    /** The record with this id. */
    async get (id: number): Promise<Wire> {
      return await ask('GET', `${path}/${idGiven(id)}`)
    },
    /** Adds a record; fields that are not given are generated, the id is the next one. */
    async create (fields: SomeOf<Wire> = {} as SomeOf<Wire>): Promise<Wire> {
      return await ask('POST', path, objectGiven('the fields', fields as object))
    },
    /** Sets a whole record, read-only fields too, whether there is one with its id or not. */
    async put (record: Wire, ...[id]: OwnId<Name>): Promise<Wire> {
      const own = id ?? (objectGiven('the record', record) as { id: number }).id
      return await ask('PUT', `${path}/${idGiven(own)}`, record)
    },
    /** Changes some fields; objects merge by key. */
    async patch (id: number, fields: SomeOf<Wire>): Promise<Wire> {
      return await ask('PATCH', `${path}/${idGiven(id)}`, objectGiven('the fields', fields as object))
    },
    /** Deletes one record; a record that others refer to needs `cascade`. */
    async delete (id: number, options?: DeletionOptions): Promise<void> {
      await ask('DELETE', `${path}/${idGiven(id)}${queryOf(options)}`, undefined, `delete(${id}, { cascade: true })`)
    },
    /** Deletes all of them. */
    async clear (options?: DeletionOptions): Promise<void> {
      await ask('DELETE', `${path}${queryOf(options)}`, undefined, 'clear({ cascade: true })')
    }
  }
}

function queryOf (options: DeletionOptions = {}): string {
  const { cascade = false, ...unknown } = objectGiven('the options', options)
  const [option] = Object.keys(unknown)
  if (option !== undefined) throw new WrongCall(`a deletion has no option ${option}, only cascade`)
  return cascade ? '?cascade=true' : ''
}

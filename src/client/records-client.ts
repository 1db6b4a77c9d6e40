import type { RecordOf, ResourceName } from '../resources/index.ts'
import type { SomeOf } from '../schema/primitives.ts'
import { anId, anObject, checkArguments, checked, optional, theOptions, trueOrFalse } from './arguments.ts'
import { OvocMockError } from './send.ts'
import type { Ask } from './send.ts'

/** A record with the id under which it is kept. Rejected endpoints have no id of their own. */
export interface KeptRecord<Name extends ResourceName> { id: number, record: RecordOf<Name> }

type OwnId<Name extends ResourceName> = RecordOf<Name> extends { id: number } ? [] : [id: number]

/** Full records and ids of records to delete, by resource name. */
export type RecordSets = { [Name in ResourceName]?: Array<RecordOf<Name>> | undefined } & {
  delete?: { [Name in ResourceName]?: number[] | undefined } | undefined
}

/** How to delete records that others refer to. */
export interface DeletionOptions {
  /**
   * Whether to remove references from other records, and delete records that need them. Default: false. Then a
   * reference is an error.
   */
  cascade?: boolean | undefined
}

/** An item of a list. Records without an id of their own come with the id under which they are kept. */
type Listed<Name extends ResourceName> = OwnId<Name> extends [] ? RecordOf<Name> : KeptRecord<Name>

/** The records of one resource. Changes here ignore OVOC's own restrictions, but not relations and schema. */
export function resourceClient<Name extends ResourceName> (send: Ask, name: Name) {
  type Wire = RecordOf<Name>
  const path = `/records/${name}`
  // Errors name the call that helps, not the HTTP request.
  const ask = <Result> (method: string, path: string, body?: object, cascading = ''): Promise<Result> => {
    return send<Result>(method, path, body).catch(error => {
      if (error instanceof OvocMockError) {
        error.message = error.message.replace('the query cascade=true', `${name}.${cascading}`)
          .replace('PUT /__admin/records', 'records.put')
      }
      throw error
    })
  }
  const deletion = theOptions('a deletion', { cascade: trueOrFalse('the option cascade') })
  return checked({
    list: [],
    get: [anId],
    create: [optional(anObject('the fields'))],
    put: [anObject('the record'), optional(anId)],
    patch: [anId, anObject('the fields')],
    delete: [anId, deletion],
    clear: [deletion]
  }, {
    /** Returns all records. Rejected endpoints have no id and come as `{ id, record }`. */
    async list (): Promise<Array<Listed<Name>>> {
      const { records } = await ask<{ records: Array<KeptRecord<Name>> }>('GET', path)
      return records.map(({ id, record }) => 'id' in record ? record : { id, record }) as Array<Listed<Name>>
    },
    /** Returns the record with this id. */
    async get (id: number): Promise<Wire> {
      return await ask('GET', `${path}/${id}`)
    },
    /** Adds a record. Missing fields are generated, and the id is the next free one. */
    async create (fields: SomeOf<Wire> = {} as SomeOf<Wire>): Promise<Wire> {
      return await ask('POST', path, fields as object)
    },
    /** Adds or replaces a full record, including read-only fields. */
    async put (record: Wire, ...[id]: OwnId<Name>): Promise<Wire> {
      const own = id ?? (record as { id: number }).id
      checkArguments('put', [anId], [own])
      return await ask('PUT', `${path}/${own}`, record)
    },
    /** Changes some fields. Objects merge by key. */
    async patch (id: number, fields: SomeOf<Wire>): Promise<Wire> {
      return await ask('PATCH', `${path}/${id}`, fields as object)
    },
    /** Deletes a record. If others refer to it, `cascade` is required. */
    async delete (id: number, options?: DeletionOptions): Promise<void> {
      await ask('DELETE', `${path}/${id}${queryOf(options)}`, undefined, `delete(${id}, { cascade: true })`)
    },
    /** Deletes all records of the resource. */
    async clear (options?: DeletionOptions): Promise<void> {
      await ask('DELETE', `${path}${queryOf(options)}`, undefined, 'clear({ cascade: true })')
    }
  })
}

function queryOf ({ cascade = false }: DeletionOptions = {}): string {
  return cascade ? '?cascade=true' : ''
}

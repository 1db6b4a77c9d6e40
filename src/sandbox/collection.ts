import type { OvocRecord } from '../dataset/resource.ts'

/** The records of one resource in one sandbox: what changed here, over what the dataset holds. */
export class Collection<Wire extends OvocRecord> {
  readonly #changed = new Map<number, Wire>()
  readonly #find: (id: number) => Wire | undefined

  constructor (find: (id: number) => Wire | undefined) {
    this.#find = find
  }

  get (id: number): Wire | undefined {
    return this.#changed.get(id) ?? this.#find(id)
  }

  /** Puts a record in the place of the one with its id. */
  set (record: Wire): Wire {
    this.#changed.set(record.id, record)
    return record
  }
}

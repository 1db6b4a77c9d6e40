import type { Dataset } from '../dataset/dataset.ts'
import type { OvocRecord, Resource } from '../dataset/resource.ts'

/** The records of one resource in one sandbox: what changed here, over what the dataset holds. */
export class Collection<Wire extends OvocRecord> {
  readonly resource: Resource<Wire>
  readonly #dataset: Dataset
  /** Records that are not as the dataset has them; undefined is a deleted one. */
  readonly #changed = new Map<number, Wire | undefined>()
  readonly #created = new Set<number>()

  constructor (resource: Resource<Wire>, dataset: Dataset) {
    this.resource = resource
    this.#dataset = dataset
  }

  get (id: number): Wire | undefined {
    return this.#changed.has(id) ? this.#changed.get(id) : this.#dataset.find(this.resource, id)
  }

  /** Puts a record in the place of the one with its id. */
  set (id: number, record: Wire): Wire {
    this.#changed.set(id, record)
    return record
  }

  /** Adds a record under an id that no record has. */
  create (id: number, record: Wire): Wire {
    this.#created.add(id)
    return this.set(id, record)
  }

  delete (id: number): void {
    this.#created.delete(id)
    this.#changed.set(id, undefined)
  }

  /** Every record, in the order of the dataset, then of creation. */
  * values (): Generator<Wire> {
    for (const id of this.#dataset.ids(this.resource)) {
      const record = this.get(id)
      if (record !== undefined) yield record
    }
    for (const id of this.#created) yield this.#changed.get(id) as Wire
  }

  get count (): number {
    const deleted = [...this.#changed].filter(([id, record]) => record === undefined && this.#dataset.lists(this.resource, id)).length
    return this.#dataset.count(this.resource) + this.#created.size - deleted
  }
}

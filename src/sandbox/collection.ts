import type { Dataset } from '../dataset/dataset.ts'
import { Referrers } from '../dataset/referrers.ts'
import type { OvocRecord, Resource } from '../dataset/resource.ts'
import { mergeAscending } from './merge-ascending.ts'

/** The records of one resource in one sandbox: what changed here, over what the dataset holds. */
export class Collection<Wire extends OvocRecord> {
  readonly resource: Resource<Wire>
  readonly #dataset: Dataset
  /** Records that are not as the dataset has them; undefined is a deleted one. */
  readonly #changed: Map<number, Wire | undefined>
  /** Ids of records that the dataset does not list, in the order of creation. */
  readonly #created: Set<number>
  /** Kept from the first time that it is asked for. */
  #referrers: Referrers | undefined

  constructor (resource: Resource<Wire>, dataset: Dataset, changed = new Map<number, Wire | undefined>(), created = new Set<number>()) {
    this.resource = resource
    this.#dataset = dataset
    this.#changed = changed
    this.#created = created
  }

  get (id: number): Wire | undefined {
    return this.#changed.has(id) ? this.#changed.get(id) : this.#dataset.find(this.resource, id)
  }

  /** Whether `get` has a record, which is not generated for that. */
  has (id: number): boolean {
    return this.#changed.has(id) ? !this.#isDeleted(id) : this.#dataset.has(this.resource, id)
  }

  /** Puts a record under an id, in the place of the one that has it. */
  set (id: number, record: Wire): Wire {
    if (!this.#dataset.lists(this.resource, id)) this.#created.add(id)
    this.#referrers?.replace(this.resource, id, this.#changed.get(id), record)
    this.#changed.set(id, record)
    return record
  }

  delete (id: number): void {
    this.#created.delete(id)
    this.#referrers?.replace(this.resource, id, this.#changed.get(id), undefined)
    if (this.#dataset.has(this.resource, id)) this.#changed.set(id, undefined)
    else this.#changed.delete(id)
  }

  /** Whether `ids` has an id; where every id has a record, it has not all of them. */
  lists (id: number): boolean {
    return this.#created.has(id) || (this.#dataset.lists(this.resource, id) && !this.#isDeleted(id))
  }

  /** The id of every record, in the order of the dataset, then of creation. */
  * ids (): Generator<number> {
    for (const id of this.#dataset.ids(this.resource)) if (!this.#isDeleted(id)) yield id
    yield * this.#created
  }

  /** The ids in `ids` whose record is not as the generator makes it. */
  * ungeneratedIds (): Generator<number> {
    for (const id of this.#dataset.fixtureIds(this.resource)) if (!this.#changed.has(id)) yield id
    for (const id of this.#changed.keys()) if (!this.#isDeleted(id)) yield id
  }

  /** Every record, in the order of `ids`. */
  * values (): Generator<Wire> {
    for (const id of this.ids()) yield this.get(id) as Wire
  }

  /** Every record with its id, in the order of `ids`. */
  * entries (): Generator<{ id: number, record: Wire }> {
    for (const id of this.ids()) yield { id, record: this.get(id) as Wire }
  }

  /**
   * The records among which are all that have one of these values in a field, in the order of `values`; undefined is a step of the search
   * that came upon none.
   */
  having (field: string, values: readonly string[]): Generator<Wire | undefined> {
    return this.among(this.#dataset.generatedIdsWith(this.resource, field, values))
  }

  /** As `having`, where of the generated records only some of ascending ids come into question, besides those that changed. */
  * among (generatedIds: Iterable<number | undefined>): Generator<Wire | undefined> {
    for (const id of this.#dataset.fixtureIds(this.resource)) yield this.get(id)
    for (const id of this.#withChanged(generatedIds)) yield id === undefined ? undefined : this.get(id)
    for (const id of this.#created) yield this.get(id)
  }

  /** The ids of generated records as `having` has them. */
  generatedIdsWith (field: string, values: readonly string[]): Generator<number | undefined> {
    return this.#withChanged(this.#dataset.generatedIdsWith(this.resource, field, values))
  }

  #withChanged (generatedIds: Iterable<number | undefined>): Generator<number | undefined> {
    const changed = [...this.#changed.keys()].filter(id => this.#dataset.generates(this.resource, id))
    return mergeAscending(generatedIds, changed.sort((one, other) => one - other))
  }

  get count (): number {
    const deleted = [...this.#changed.keys()].filter(id => this.#isDeleted(id) && this.#dataset.lists(this.resource, id)).length
    return this.#dataset.count(this.resource) + this.#created.size - deleted
  }

  /** How many records are not as the dataset has them. */
  get changes (): number {
    return this.#changed.size
  }

  /** The ids of changed records that refer to a record. */
  referrersTo (resourceName: string, id: number): Iterable<number> {
    this.#referrers ??= new Referrers().add(this.resource, this.#changed)
    return this.#referrers.of(this.resource, resourceName, id)
  }

  /** A collection of its own with the same records; it costs what changed. */
  copy (): Collection<Wire> {
    return new Collection(this.resource, this.#dataset, new Map(this.#changed), new Set(this.#created))
  }

  #isDeleted (id: number): boolean {
    return this.#changed.has(id) && this.#changed.get(id) === undefined
  }
}

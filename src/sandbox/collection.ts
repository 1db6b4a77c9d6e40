import type { Dataset } from '../dataset/dataset.ts'
import { merged } from '../dataset/generated-records.ts'
import { Referrers } from '../dataset/relations.ts'
import type { OvocRecord, Resource } from '../dataset/resource.ts'
import { StorageFull } from './storage.ts'
import type { Storage } from './storage.ts'

/** How many records of a resource may differ in a sandbox. The limit keeps a walk over them fast. */
const maxChanges = 50_000

/** Changes by id, and an index of their references, which is built when it is first needed. Copies share both. */
interface Changes<Wire> {
  byId: Map<number, Wire | undefined>
  referrers?: Referrers
}

/** The records of one resource in one sandbox: the changes made here, on top of the dataset. */
export class Collection<Wire extends OvocRecord> {
  readonly resource: Resource<Wire>
  readonly #dataset: Dataset
  readonly #storage: Storage
  #changes: Changes<Wire> = { byId: new Map() }
  /** How many more records there are than in the dataset. It is counted as they change, because there may be many. */
  #surplus = 0
  /** How often a record changed here. */
  edits = 0
  /** Whether a copy uses the same map. If so, the next change copies it first. */
  #isShared = false

  constructor (resource: Resource<Wire>, dataset: Dataset, storage: Storage) {
    this.resource = resource
    this.#dataset = dataset
    this.#storage = storage
  }

  /** Records that differ from the dataset, by id. Undefined is a deleted record. */
  get changed (): ReadonlyMap<number, Wire | undefined> {
    return this.#changes.byId
  }

  get (id: number): Wire | undefined {
    return this.changed.has(id) ? this.changed.get(id) : this.#dataset.find(this.resource, id)
  }

  /**
   * Adds or replaces the record with an id.
   * @throws {StorageFull}
   */
  set (id: number, record: Wire): Wire {
    this.#put(id, record, this.#storage.sizeOf(record))
    return record
  }

  /** @throws {StorageFull} */
  delete (id: number): void {
    if (!this.#dataset.has(this.resource, id)) this.revert(id)
    else this.#put(id, undefined, 0)
  }

  #put (id: number, record: Wire | undefined, bytes: number): void {
    this.checkRoom([id])
    this.#ownChanges()
    this.#storage.take(bytes + this.#storage.sizeOfPlaces([record]))
    this.edits++
    this.#changes.referrers?.replace(this.resource, id, this.changed.get(id), record)
    this.#surplus += Number(record !== undefined) - Number(this.lists(id))
    // A record that comes back after its deletion is the last one created.
    const { byId } = this.#changes
    if (byId.get(id) === undefined) byId.delete(id)
    byId.set(id, record)
  }

  /** @throws {StorageFull} if there is no room for changes of all these ids. */
  checkRoom (ids: readonly number[]): void {
    const size = this.changed.size + ids.filter(id => !this.changed.has(id)).length
    if (size <= maxChanges) return
    const what = `${maxChanges} ${this.resource.name} that were created, changed or deleted`
    const advice = 'reset the sandbox, or put the records into the folder of fixtures'
    throw new StorageFull(`a sandbox may have at most ${what}, got ${size}; ${advice}`)
  }

  /** Forgets the change of a record that is again as the dataset holds it. */
  revert (id: number): void {
    this.#ownChanges()
    this.edits++
    this.#changes.referrers?.replace(this.resource, id, this.changed.get(id), undefined)
    this.#surplus += Number(this.#dataset.lists(this.resource, id)) - Number(this.lists(id))
    this.#changes.byId.delete(id)
  }

  /** Returns whether `ids` has an id. With `--unknown-ids generate`, other ids exist too. */
  lists (id: number): boolean {
    return this.changed.has(id) ? this.changed.get(id) !== undefined : this.#dataset.lists(this.resource, id)
  }

  /**
   * Yields the id of every record: first in the order of the dataset, then in the order of creation.
   * @param generatedIds ascending ids. Of the generated records that did not change, only these come.
   */
  * ids (generatedIds?: Iterable<number>): Generator<number> {
    const fixtureIds = this.#dataset.fixturesOf(this.resource)?.keys() ?? []
    const otherIds = generatedIds === undefined
      ? this.#dataset.generated.ids(this.resource)
      : merged(generatedIds, this.#changedIds())
    for (const ids of [fixtureIds, otherIds]) {
      for (const id of ids) if (!this.changed.has(id) || this.changed.get(id) !== undefined) yield id
    }
    for (const [id, record] of this.changed) {
      if (record !== undefined && !this.#dataset.lists(this.resource, id)) yield id
    }
  }

  /** Yields the records with these ids. An id without a record is skipped. */
  * values (ids: Iterable<number> = this.ids()): Generator<Wire> {
    for (const id of ids) {
      const record = this.get(id)
      if (record !== undefined) yield record
    }
  }

  /**
   * Finds the ids of all generated records that changed or have one of these values in a field. The result may have
   * other ids too, and is in ascending order. Other requests get their turn meanwhile.
   * @param isGivenUp returns whether nobody waits for the result any more.
   * @returns the ids. Undefined if every id may be one of them, or if the search was given up.
   */
  async generatedIdsWith (field: string, values: readonly string[], isGivenUp: () => boolean) {
    const ids = await this.#dataset.generated.searchIds(this.resource, field, values, isGivenUp)
    return ids && merged(ids, this.#changedIds())
  }

  /** Returns the ids of generated records that changed, in ascending order. */
  #changedIds (): number[] {
    const ids = [...this.changed.keys()].filter(id => this.#dataset.generated.lists(this.resource, id))
    return ids.sort((one, other) => one - other)
  }

  /** Returns how many ids there are in `ids`. */
  async count (): Promise<number> {
    return await this.#dataset.count(this.resource) + this.#surplus
  }

  /** Returns the ids of changed records that refer to a record. */
  referrersTo (resourceName: string, id: number): Iterable<number> {
    this.#changes.referrers ??= new Referrers().add(this.resource, this.changed)
    return this.#changes.referrers.of(this.resource, resourceName, id)
  }

  /** Returns an independent collection with the same records. The first change to either copies all earlier changes. */
  copy (): Collection<Wire> {
    const copy = new Collection(this.resource, this.#dataset, this.#storage)
    copy.#changes = this.#changes
    copy.#surplus = this.#surplus
    copy.#isShared = this.#isShared = true
    return copy
  }

  /** Adds a change that a collection over another dataset has too. It uses the storage that was taken for that one. */
  adopt (id: number, record: Wire | undefined): void {
    this.#surplus += Number(record !== undefined) - Number(this.#dataset.lists(this.resource, id))
    this.#changes.byId.set(id, record)
  }

  /** How many bytes the next change takes up besides its record. */
  get sizeOfCopy (): number {
    return this.#isShared ? this.#storage.sizeOfPlaces(this.changed.values()) : 0
  }

  #ownChanges (): void {
    if (!this.#isShared) return
    this.#storage.take(this.sizeOfCopy)
    this.#changes = { byId: new Map(this.changed) }
    this.#isShared = false
  }
}

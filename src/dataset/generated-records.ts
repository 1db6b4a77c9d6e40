import { BlockSequence } from './block-sequence.ts'
import { FieldIndexes } from './field-indexes.ts'
import { RecordCache } from './record-cache.ts'
import type { OvocRecord, Resource } from './resource.ts'
import type { SeededFaker } from './seeded-faker.ts'

/** What a dataset holds besides its fixtures. */
export interface GeneratedPart {
  seed: number
  /** How many generated customers there are, with all that belongs to them. */
  customers: number
  /** Whether an id that nobody made has a record all the same. */
  unknownIds: 'not-found' | 'generate'
  /** How many generated records of each resource are kept in memory. */
  cacheRecords: number
  /** How many generated records the indexes of fields have room for together. */
  indexRecords: number
}

/** The records that are functions of (seed, resource, id); those of generated customers and of what belongs to these are listed. */
export class GeneratedRecords {
  readonly #faker: SeededFaker
  readonly #unknownIds: GeneratedPart['unknownIds']
  readonly #blocks: BlockSequence
  readonly #caches: ReadonlyMap<string, RecordCache>
  readonly #indexes: FieldIndexes
  /** The last record that was made and not kept. */
  #passing: OvocRecord | undefined

  constructor (resources: readonly Resource[], firstId: number, faker: SeededFaker, { customers: length, seed, unknownIds, cacheRecords, indexRecords }: GeneratedPart) {
    this.#faker = faker
    this.#unknownIds = unknownIds
    this.#blocks = new BlockSequence({ first: firstId, length, seed, isEndless: unknownIds === 'generate' })
    this.#caches = new Map(resources.map(({ name }) => [name, new RecordCache(cacheRecords)]))
    this.#indexes = new FieldIndexes(indexRecords)
  }

  /** The id after the last listed one. */
  get end (): number {
    return this.#blocks.end
  }

  /** The record of an id, listed or not; the same object as long as it is kept in memory. */
  find<Wire extends OvocRecord> (resource: Resource<Wire>, id: number): Wire | undefined {
    const cache = this.#caches.get(resource.name) as RecordCache
    const known = cache.get(id)
    if (known !== undefined) return known as Wire
    const block = this.#blocks.holding(resource, id)
    if (block === undefined && this.#unknownIds === 'not-found') return undefined
    const record = resource.generate(id, this.#faker(resource.name, id), block)
    if (!cache.set(id, record)) this.#passing = record
    return record
  }

  /** Whether nobody will be given this object again: it is the last one that was made, and is not kept. */
  isPassing (record: OvocRecord): boolean {
    return record === this.#passing
  }

  /** A record for an id that no record has; it relates to nothing, or to an id drawn by chance where it can't do without. */
  draft<Wire extends OvocRecord> (resource: Resource<Wire>, id: number): Wire {
    return resource.generate(id, this.#faker(resource.name, id))
  }

  /** The listed ids of a resource, ascending. */
  ids (resource: Resource<any>): Iterable<number> {
    return this.#blocks.ids(resource)
  }

  /** Whether an id is listed. */
  lists (resource: Resource<any>, id: number): boolean {
    return id < this.end && this.isInBlock(resource, id)
  }

  /** Whether the record of an id belongs to a generated customer, listed or not. */
  isInBlock (resource: Resource<any>, id: number): boolean {
    return this.#blocks.holding(resource, id) !== undefined
  }

  /**
   * The listed ids among which are all whose records have one of these values in a field, ascending; undefined is a step of the search that
   * came upon none. The first search by a field indexes it, record by record, and those who search at the same time share the work.
   */
  * idsWith (resource: Resource<any>, field: string, values: readonly string[]): Generator<number | undefined> {
    if (field === 'id') yield * values.map(Number).filter(id => this.lists(resource, id))
    else yield * (yield * this.#searchIndex(resource, field, values)) ?? this.ids(resource)
  }

  /** The ids of a resource's records that may refer to an id in a block. */
  idsNear (resource: Resource<any>, id: number): Iterable<number> {
    return this.#blocks.idsNear(resource, id)
  }

  /** Makes `count` quick, in turns with other work: of millions of records the first count takes a while. */
  prepareCount (): Promise<void> {
    return this.#blocks.prepareCount()
  }

  /** How many ids of a resource are listed. */
  count (resource: Resource<any>): number {
    return this.#blocks.count(resource)
  }

  #searchIndex (resource: Resource<any>, field: string, values: readonly string[]): ReturnType<FieldIndexes['search']> {
    const entries = () => this.#makeAll(resource)
    return this.#indexes.search({ resourceName: resource.name, field, size: this.count(resource), entries }, values)
  }

  // A walk over all records would leave nothing else in the cache.
  * #makeAll (resource: Resource<any>): Generator<[number, OvocRecord], undefined> {
    for (const block of this.#blocks) {
      for (const id of resource.idsIn(block)) yield [id, resource.generate(id, this.#faker(resource.name, id), block)]
    }
  }
}

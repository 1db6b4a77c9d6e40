import { BlockSequence } from './block-sequence.ts'
import { firstBlock } from './blocks.ts'
import { FieldIndexes } from './field-indexes.ts'
import type { Fixtures } from './read-fixtures.ts'
import { RecordCache } from './record-cache.ts'
import { RecordTexts } from './record-texts.ts'
import { Referrers } from './referrers.ts'
import type { OvocRecord, Resource } from './resource.ts'
import type { SeededFaker } from './seeded-faker.ts'
import { Validators } from './validators.ts'

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

/** Every record there is before anyone changes one: fixtures, and functions of (seed, resource, id). Never changes. */
export class Dataset {
  /** Every kind of record, by name. */
  readonly resources: ReadonlyMap<string, Resource<any>>
  readonly validators = new Validators()
  readonly texts = new RecordTexts(record => record === this.#passing)
  readonly #fixtures: Fixtures
  readonly #faker: SeededFaker
  readonly #generated: GeneratedPart
  readonly #blocks: BlockSequence
  readonly #referrers = new Map<string, Referrers>()
  readonly #caches: ReadonlyMap<string, RecordCache>
  readonly #indexes: FieldIndexes
  /** The last record that was made and not kept. */
  #passing: OvocRecord | undefined

  constructor (resources: readonly Resource[], fixtures: Fixtures, faker: SeededFaker, generated: GeneratedPart) {
    this.resources = new Map(resources.map(resource => [resource.name, resource]))
    this.#fixtures = fixtures
    this.#faker = faker
    this.#generated = generated
    const { customers: length, seed, unknownIds } = generated
    this.#blocks = new BlockSequence({ first: firstIdAbove(fixtures), length, seed, isEndless: unknownIds === 'generate' })
    this.#caches = new Map(resources.map(({ name }) => [name, new RecordCache(generated.cacheRecords)]))
    this.#indexes = new FieldIndexes(generated.indexRecords)
  }

  /** Which world the generated records come from. */
  get seed (): number {
    return this.#generated.seed
  }

  /** The first id that no record has. */
  get nextId (): number {
    return this.#blocks.end
  }

  /** The record of an id; the same object as long as it is kept in memory. */
  find<Wire extends OvocRecord> (resource: Resource<Wire>, id: number): Wire | undefined {
    const cache = this.#caches.get(resource.name) as RecordCache
    const known = this.#fixturesOf(resource).get(id) ?? cache.get(id)
    if (known !== undefined) return known as Wire
    const block = this.#blocks.holding(resource, id)
    if (block === undefined && this.#generated.unknownIds === 'not-found') return undefined
    const record = resource.generate(id, this.#faker(resource.name, id), block)
    if (!cache.set(id, record)) this.#passing = record
    return record
  }

  /** A record for an id that no record has; it relates to nothing, or to an id drawn by chance where it can't do without. */
  draft<Wire extends OvocRecord> (resource: Resource<Wire>, id: number): Wire {
    return resource.generate(id, this.#faker(resource.name, id))
  }

  /** The ids of a resource: fixtures in the order of their file, then generated ones, ascending. */
  * ids (resource: Resource<any>): Generator<number> {
    yield * this.fixtureIds(resource)
    yield * this.#blocks.ids(resource)
  }

  /** The ids that come first in `ids`. */
  fixtureIds (resource: Resource<any>): Iterable<number> {
    return this.#fixturesOf(resource).keys()
  }

  /**
   * The generated ids in `ids` among which are all whose records have one of these values in a field, ascending; undefined is a step of the
   * search that came upon none. The first search by a field indexes it, record by record, and those who search at the same time share the work.
   */
  * generatedIdsWith (resource: Resource<any>, field: string, values: readonly string[]): Generator<number | undefined> {
    if (field === 'id') yield * values.map(Number).filter(id => this.generates(resource, id))
    else yield * (yield * this.#searchIndex(resource, field, values)) ?? this.#blocks.ids(resource)
  }

  /** Whether `ids` has an id; where every id has a record, it has not all of them. */
  lists (resource: Resource<any>, id: number): boolean {
    return this.#fixturesOf(resource).has(id) || this.generates(resource, id)
  }

  /** Whether `ids` has an id that is no fixture's. */
  generates (resource: Resource<any>, id: number): boolean {
    return id < this.nextId && this.#blocks.holding(resource, id) !== undefined
  }

  /** Whether an id has a record, listed or not. */
  has (resource: Resource<any>, id: number): boolean {
    return this.#generated.unknownIds === 'generate' || this.lists(resource, id)
  }

  /** Whether a generated record of an id belongs to a generated customer, listed or not. */
  isInBlock (resource: Resource<any>, id: number): boolean {
    return this.#blocks.holding(resource, id) !== undefined
  }

  /** Whether the record of an id would be here; a resource of which the fixtures have no list is taken to be kept elsewhere but for generated records. */
  keeps (resource: Resource<any>, id: number): boolean {
    return this.hasListOf(resource) || this.lists(resource, id)
  }

  /** Whether the fixtures have a list of a resource, be it an empty one. */
  hasListOf ({ name }: Resource<any>): boolean {
    return this.#fixtures.has(name)
  }

  /** The ids of a resource's records that may refer to a record, without looking at all of them. */
  * referrersTo (resource: Resource<any>, targetName: string, targetId: number): Generator<number> {
    yield * this.#referrersIn(resource).of(targetName, targetId)
    yield * this.#blocks.idsNear(resource, targetId)
  }

  /** Makes `count` quick, in turns with other work: of millions of records the first count takes a while. */
  prepareCount (): Promise<void> {
    return this.#blocks.prepareCount()
  }

  /** How many records of a resource there are. */
  count (resource: Resource<any>): number {
    return this.#fixturesOf(resource).size + this.#blocks.count(resource)
  }

  #searchIndex (resource: Resource<any>, field: string, values: readonly string[]): ReturnType<FieldIndexes['search']> {
    const entries = () => this.#generateAll(resource)
    return this.#indexes.search({ resourceName: resource.name, field, size: this.#blocks.count(resource), entries }, values)
  }

  // A walk over all records would leave nothing else in the cache.
  * #generateAll (resource: Resource<any>): Generator<[number, OvocRecord], undefined> {
    for (const block of this.#blocks) {
      for (const id of resource.idsIn(block)) yield [id, resource.generate(id, this.#faker(resource.name, id), block)]
    }
  }

  #fixturesOf (resource: Resource<any>): ReadonlyMap<number, OvocRecord> {
    return this.#fixtures.get(resource.name) ?? none
  }

  #referrersIn (resource: Resource<any>): Referrers {
    const known = this.#referrers.get(resource.name)
    if (known !== undefined) return known
    const referrers = new Referrers(resource, this.#fixturesOf(resource))
    this.#referrers.set(resource.name, referrers)
    return referrers
  }
}

const none: ReadonlyMap<number, OvocRecord> = new Map()

function firstIdAbove (fixtures: Fixtures): number {
  let highest = 0
  for (const records of fixtures.values()) for (const id of records.keys()) highest = Math.max(highest, id)
  return firstBlock * Math.ceil((highest + 1) / firstBlock)
}

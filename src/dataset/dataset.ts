import { firstBlock } from './blocks.ts'
import { GeneratedRecords } from './generated-records.ts'
import type { GeneratedPart } from './generated-records.ts'
import type { Fixtures } from './read-fixtures.ts'
import { Referrers } from './relations.ts'
import type { OvocRecord, Resource, UnknownFields } from './resource.ts'
import { loadFaker } from './seeded-faker.ts'
import type { SeededFaker } from './seeded-faker.ts'

/** All records before any change: fixtures and generated ones. A dataset never changes. */
export class Dataset {
  /** All resources by name. */
  readonly resources: ReadonlyMap<string, Resource<any>>
  /** Seed of the generated records. */
  readonly seed: number
  /** Whether records may have fields that the schemas do not know. */
  readonly unknownFields: UnknownFields
  readonly #fixtures: Fixtures
  /** The generated records. Their ids are above those of all fixtures. */
  readonly generated: GeneratedRecords
  readonly #texts = new WeakMap<object, string>()
  #faker: SeededFaker | undefined
  /** Whether no record is generated, or `load` is done. */
  isLoaded: boolean
  #referrers: Referrers | undefined

  /** @param faker makes the generated records. Without it, call `load` before the first of them. */
  constructor (
    resources: readonly Resource[], fixtures: Fixtures, generated: GeneratedPart & { unknownFields: UnknownFields },
    faker?: SeededFaker
  ) {
    this.resources = new Map(resources.map(resource => [resource.name, resource]))
    this.seed = generated.seed
    this.unknownFields = generated.unknownFields
    this.#fixtures = fixtures
    let highest = 0
    for (const records of fixtures.values()) for (const id of records.keys()) highest = Math.max(highest, id)
    const first = firstBlock * Math.ceil((highest + 1) / firstBlock)
    this.generated = new GeneratedRecords(first, this.#draw, generated)
    this.isLoaded = generated.customers === 0 && generated.unknownIds === 'not-found'
    this.#faker = faker
  }

  /** Loads the code that makes generated records and drafts. */
  async load (): Promise<void> {
    this.#faker ??= await loadFaker(this.seed)
    this.isLoaded = true
  }

  readonly #draw: SeededFaker = (resourceName, id) => (this.#faker as SeededFaker)(resourceName, id)

  /** Returns a dataset with the same seed and no records. Resources that are not in `names` count as kept elsewhere. */
  emptied (names: Iterable<string> = this.resources.keys()): Dataset {
    const none = new Map(Array.from(names, name => [name, new Map()]))
    const { seed, unknownFields } = this
    const options = { seed, customers: 0, unknownIds: 'not-found', unknownFields } as const
    return new Dataset([...this.resources.values()], none, options, this.#faker)
  }

  /** The first id that no record has. */
  get nextId (): number {
    return this.generated.end
  }

  /** Returns the record of an id. It is the same object as long as it is kept in memory. */
  find<Wire extends OvocRecord> (resource: Resource<Wire>, id: number): Wire | undefined {
    return this.fixturesOf(resource)?.get(id) as Wire | undefined ?? this.generated.find(resource, id)
  }

  /** Whether `find` finds a record. None is generated for that. */
  has (resource: Resource<any>, id: number): boolean {
    return this.fixturesOf(resource)?.has(id) === true || this.generated.has(resource, id)
  }

  /** Whether the record of an id is generated, and another dataset of the same server has the same one. */
  generatesAlike (other: Dataset, resource: Resource<any>, id: number): boolean {
    const isFixture = [this, other].some(one => one.fixturesOf(resource)?.has(id))
    return !isFixture && this.generated.first === other.generated.first
  }

  /**
   * Returns a record for an id that has none. Call it only after `load`. The record relates to nothing; a required
   * relation gets a random id.
   */
  draft<Wire extends OvocRecord> (resource: Resource<Wire>, id: number): Wire {
    return resource.generate(id, this.#draw(resource.name, id))
  }

  /** Returns the JSON text of a record or a response. A changed record is a new object, so texts never go stale. */
  textOf (record: object): string {
    const known = this.#texts.get(record)
    if (known) return known
    const text = JSON.stringify(record)
    // Many objects are used only once, so a text is kept from its second use on. The copy is one piece: many pieces are
    // slow to send.
    this.#texts.set(record, known === undefined ? '' : Buffer.from(text).toString())
    return text
  }

  /** Yields all fixtures. */
  * fixtures (): Generator<OvocRecord> {
    for (const records of this.#fixtures.values()) yield * records.values()
  }

  /**
   * The fixtures of a resource by id, in the order of their file. Undefined if there is no file. Then the resource's
   * records are kept elsewhere, except for generated ones.
   */
  fixturesOf (resource: Resource<any>): ReadonlyMap<number, OvocRecord> | undefined {
    return this.#fixtures.get(resource.name)
  }

  /** Whether an id is that of a fixture or of a generated customer. If every id has a record, most are not listed. */
  lists (resource: Resource<any>, id: number): boolean {
    return this.fixturesOf(resource)?.has(id) === true || this.generated.lists(resource, id)
  }

  /** The ids of a resource's records that may refer to a record. It does not read all of them. */
  * referrersTo (resource: Resource<any>, targetName: string, targetId: number): Generator<number> {
    if (this.#referrers === undefined) {
      this.#referrers = new Referrers()
      for (const one of this.resources.values()) this.#referrers.add(one, this.fixturesOf(one) ?? [])
    }
    yield * this.#referrers.of(resource, targetName, targetId)
    yield * this.generated.idsNear(resource, targetId)
  }

  /** Counts the listed records of a resource. Other requests get their turn while millions are counted. */
  async count (resource: Resource<any>): Promise<number> {
    return (this.fixturesOf(resource)?.size ?? 0) + await this.generated.count(resource)
  }
}

import { firstBlock } from './blocks.ts'
import { GeneratedRecords } from './generated-records.ts'
import type { GeneratedPart } from './generated-records.ts'
import type { Fixtures } from './read-fixtures.ts'
import { RecordTexts } from './record-texts.ts'
import { Referrers } from './referrers.ts'
import type { OvocRecord, Resource } from './resource.ts'
import type { SeededFaker } from './seeded-faker.ts'

/** Every record there is before anyone changes one: fixtures and generated ones. Never changes. */
export class Dataset {
  /** Every kind of record, by name. */
  readonly resources: ReadonlyMap<string, Resource<any>>
  readonly texts = new RecordTexts(record => this.#generated.isPassing(record as OvocRecord))
  /** Which world the generated records come from. */
  readonly seed: number
  readonly #fixtures: Fixtures
  readonly #generated: GeneratedRecords
  readonly #hasAllIds: boolean
  readonly #referrers = new Map<string, Referrers>()

  constructor (resources: readonly Resource[], fixtures: Fixtures, faker: SeededFaker, generated: GeneratedPart) {
    this.resources = new Map(resources.map(resource => [resource.name, resource]))
    this.seed = generated.seed
    this.#fixtures = fixtures
    this.#generated = new GeneratedRecords(resources, firstIdAbove(fixtures), faker, generated)
    this.#hasAllIds = generated.unknownIds === 'generate'
  }

  /** The first id that no record has. */
  get nextId (): number {
    return this.#generated.end
  }

  /** The record of an id; the same object as long as it is kept in memory. */
  find<Wire extends OvocRecord> (resource: Resource<Wire>, id: number): Wire | undefined {
    return this.#fixturesOf(resource).get(id) as Wire | undefined ?? this.#generated.find(resource, id)
  }

  /** A record for an id that no record has; it relates to nothing, or to an id drawn by chance where it can't do without. */
  draft<Wire extends OvocRecord> (resource: Resource<Wire>, id: number): Wire {
    return this.#generated.draft(resource, id)
  }

  /** The ids of a resource: fixtures in the order of their file, then generated ones, ascending. */
  * ids (resource: Resource<any>): Generator<number> {
    yield * this.fixtureIds(resource)
    yield * this.#generated.ids(resource)
  }

  /** The ids that come first in `ids`. */
  fixtureIds (resource: Resource<any>): Iterable<number> {
    return this.#fixturesOf(resource).keys()
  }

  /** The ids that come last in `ids`, as `GeneratedRecords` finds them by a field. */
  generatedIdsWith (resource: Resource<any>, field: string, values: readonly string[]): Generator<number | undefined> {
    return this.#generated.idsWith(resource, field, values)
  }

  /** Whether `ids` has an id; where every id has a record, it has not all of them. */
  lists (resource: Resource<any>, id: number): boolean {
    return this.#fixturesOf(resource).has(id) || this.generates(resource, id)
  }

  /** Whether `ids` has an id that is no fixture's. */
  generates (resource: Resource<any>, id: number): boolean {
    return this.#generated.lists(resource, id)
  }

  /** Whether an id has a record, listed or not. */
  has (resource: Resource<any>, id: number): boolean {
    return this.#hasAllIds || this.lists(resource, id)
  }

  /** Whether a generated record of an id belongs to a generated customer, listed or not. */
  isInBlock (resource: Resource<any>, id: number): boolean {
    return this.#generated.isInBlock(resource, id)
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
    yield * this.#generated.idsNear(resource, targetId)
  }

  /** Makes `count` quick, in turns with other work: of millions of records the first count takes a while. */
  prepareCount (): Promise<void> {
    return this.#generated.prepareCount()
  }

  /** How many records of a resource there are. */
  count (resource: Resource<any>): number {
    return this.#fixturesOf(resource).size + this.#generated.count(resource)
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

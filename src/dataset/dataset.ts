import { blockAt, blockSize, blocksReferringTo, firstBlock } from './blocks.ts'
import type { Block } from './blocks.ts'
import type { Fixtures } from './read-fixtures.ts'
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
}

/** Every record there is before anyone changes one: fixtures, and functions of (seed, resource, id). Never changes. */
export class Dataset {
  /** Every kind of record, by name. */
  readonly resources: ReadonlyMap<string, Resource<any>>
  readonly validators = new Validators()
  readonly #fixtures: Fixtures
  readonly #faker: SeededFaker
  readonly #generated: GeneratedPart
  readonly #base: number
  readonly #counts = new Map<string, number>()
  readonly #referrers = new Map<string, Referrers>()

  constructor (resources: readonly Resource[], fixtures: Fixtures, faker: SeededFaker, generated: GeneratedPart) {
    this.resources = new Map(resources.map(resource => [resource.name, resource]))
    this.#fixtures = fixtures
    this.#faker = faker
    this.#generated = generated
    this.#base = firstIdAbove(fixtures)
  }

  /** Which world the generated records come from. */
  get seed (): number {
    return this.#generated.seed
  }

  /** The first id that no record has. */
  get nextId (): number {
    return this.#base + this.#generated.customers * blockSize
  }

  find<Wire extends OvocRecord> (resource: Resource<Wire>, id: number): Wire | undefined {
    const fixture = this.#fixturesOf(resource).get(id)
    if (fixture !== undefined) return fixture as Wire
    const block = this.#blockWith(resource, id)
    if (block === undefined && this.#generated.unknownIds === 'not-found') return undefined
    return resource.generate(id, this.#faker(resource.name, id), block)
  }

  /** A record for an id that no record has; it relates to nothing, or to an id drawn by chance where it can't do without. */
  draft<Wire extends OvocRecord> (resource: Resource<Wire>, id: number): Wire {
    return resource.generate(id, this.#faker(resource.name, id))
  }

  /** The ids of a resource: fixtures in the order of their file, then generated ones. */
  * ids (resource: Resource<any>): Generator<number> {
    yield * this.#fixturesOf(resource).keys()
    for (let index = 0; index < this.#generated.customers; index++) yield * resource.idsIn(this.#block(index))
  }

  /** Whether `ids` has an id; where every id has a record, it has not all of them. */
  lists (resource: Resource<any>, id: number): boolean {
    return this.#fixturesOf(resource).has(id) || (id < this.nextId && this.#blockWith(resource, id) !== undefined)
  }

  /** Whether an id has a record, listed or not. */
  has (resource: Resource<any>, id: number): boolean {
    return this.#generated.unknownIds === 'generate' || this.lists(resource, id)
  }

  /** Whether a generated record of an id belongs to a generated customer, listed or not. */
  isInBlock (resource: Resource<any>, id: number): boolean {
    return this.#blockWith(resource, id) !== undefined
  }

  /** Whether the record of an id would be here; a resource of which the fixtures have no list is taken to be kept elsewhere but for generated records. */
  keeps (resource: Resource<any>, id: number): boolean {
    return this.#fixtures.has(resource.name) || this.lists(resource, id)
  }

  /** The ids of a resource's records that may refer to a record, without looking at all of them. */
  * referrersTo (resource: Resource<any>, targetName: string, targetId: number): Generator<number> {
    yield * this.#referrersIn(resource).of(targetName, targetId)
    yield * this.#idsNear(resource, targetId)
  }

  /** How many records of a resource there are. */
  count (resource: Resource<any>): number {
    const known = this.#counts.get(resource.name)
    if (known !== undefined) return known
    let count = this.#fixturesOf(resource).size
    for (let index = 0; index < this.#generated.customers; index++) count += resource.idsIn(this.#block(index)).length
    this.#counts.set(resource.name, count)
    return count
  }

  #fixturesOf (resource: Resource<any>): ReadonlyMap<number, OvocRecord> {
    return this.#fixtures.get(resource.name) ?? none
  }

  #block (index: number): Block {
    return blockAt(this.#base, index, this.#generated.seed)
  }

  #blockWith (resource: Resource<any>, id: number): Block | undefined {
    const block = this.#blockAround(id)
    return block !== undefined && resource.idsIn(block).includes(id) ? block : undefined
  }

  // Where every id is known, the blocks go on without end.
  #blockAround (id: number): Block | undefined {
    const index = Math.floor((id - this.#base) / blockSize)
    const isInside = index >= 0 && (this.#generated.unknownIds === 'generate' ? id < lastBlockedId : index < this.#generated.customers)
    return isInside ? this.#block(index) : undefined
  }

  #referrersIn (resource: Resource<any>): Referrers {
    const known = this.#referrers.get(resource.name)
    if (known !== undefined) return known
    const referrers = new Referrers(resource, this.#fixturesOf(resource))
    this.#referrers.set(resource.name, referrers)
    return referrers
  }

  * #idsNear (resource: Resource<any>, id: number): Generator<number> {
    const nearest = this.#blockAround(id)
    const count = nearest === undefined ? 0 : blocksReferringTo(id, nearest)
    for (let place = 0; place < count; place++) {
      const block = this.#blockAround((nearest as Block).first + place * blockSize)
      if (block !== undefined) yield * resource.idsIn(block)
    }
  }
}

const none: ReadonlyMap<number, OvocRecord> = new Map()
const lastBlockedId = Number.MAX_SAFE_INTEGER - 2 * blockSize

function firstIdAbove (fixtures: Fixtures): number {
  let highest = 0
  for (const records of fixtures.values()) for (const id of records.keys()) highest = Math.max(highest, id)
  return firstBlock * Math.ceil((highest + 1) / firstBlock)
}

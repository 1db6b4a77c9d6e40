import { blockAt, blockSize, firstBlock } from './blocks.ts'
import type { Block } from './blocks.ts'
import type { Fixtures } from './read-fixtures.ts'
import type { OvocRecord, Resource } from './resource.ts'
import type { SeededFaker } from './seeded-faker.ts'

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
  readonly #fixtures: Fixtures
  readonly #faker: SeededFaker
  readonly #generated: GeneratedPart
  readonly #base: number
  readonly #counts = new Map<string, number>()

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

  /** The ids of a resource: fixtures in the order of their file, then generated ones. */
  * ids (resource: Resource<any>): Generator<number> {
    yield * this.#fixturesOf(resource).keys()
    for (let index = 0; index < this.#generated.customers; index++) yield * resource.idsIn(this.#block(index))
  }

  /** Whether `ids` has an id; where every id has a record, it has not all of them. */
  lists (resource: Resource<any>, id: number): boolean {
    return this.#fixturesOf(resource).has(id) || (id < this.nextId && this.#blockWith(resource, id) !== undefined)
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
    return this.#fixtures.get(resource.name) as ReadonlyMap<number, OvocRecord>
  }

  #block (index: number): Block {
    return blockAt(this.#base, index, this.#generated.seed)
  }

  // Where every id is known, the blocks go on without end.
  #blockWith (resource: Resource<any>, id: number): Block | undefined {
    const index = Math.floor((id - this.#base) / blockSize)
    const isInside = index >= 0 && (this.#generated.unknownIds === 'generate' ? id < lastBlockedId : index < this.#generated.customers)
    if (!isInside) return undefined
    const block = this.#block(index)
    return resource.idsIn(block).includes(id) ? block : undefined
  }
}

const lastBlockedId = Number.MAX_SAFE_INTEGER - 2 * blockSize

function firstIdAbove (fixtures: Fixtures): number {
  let highest = 0
  for (const records of fixtures.values()) for (const id of records.keys()) highest = Math.max(highest, id)
  return firstBlock * Math.ceil((highest + 1) / firstBlock)
}

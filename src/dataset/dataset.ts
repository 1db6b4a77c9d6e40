import { blockSize, firstBlock } from './generated-ids.ts'
import type { Fixtures } from './read-fixtures.ts'
import type { OvocRecord, Resource } from './resource.ts'
import type { SeededFaker } from './seeded-faker.ts'

/** What a dataset holds besides its fixtures. */
export interface GeneratedPart {
  /** How many generated customers there are, with all that belongs to them. */
  customers: number
  /** Whether an id that nobody made has a record all the same. */
  unknownIds: 'not-found' | 'generate'
}

/** Every record there is before anyone changes one: fixtures, and functions of (seed, resource, id). Never changes. */
export class Dataset {
  readonly #fixtures: Fixtures
  readonly #faker: SeededFaker
  readonly #generated: GeneratedPart
  readonly #firstGeneratedId: number

  constructor (fixtures: Fixtures, faker: SeededFaker, generated: GeneratedPart) {
    this.#fixtures = fixtures
    this.#faker = faker
    this.#generated = generated
    this.#firstGeneratedId = blockAbove(fixtures)
  }

  find<Wire extends OvocRecord> (resource: Resource<Wire>, id: number): Wire | undefined {
    const fixture = this.#fixturesOf(resource).get(id)
    if (fixture !== undefined) return fixture as Wire
    if (this.#generated.unknownIds === 'generate' || this.#isGenerated(resource, id)) return resource.generate(id, this.#faker(resource.name, id))
    return undefined
  }

  count (resource: Resource): number {
    return this.#fixturesOf(resource).size + this.#generated.customers
  }

  /** The generated records of a resource in the order of their ids. */
  * generated<Wire extends OvocRecord> (resource: Resource<Wire>): Generator<Wire> {
    for (let index = 0; index < this.#generated.customers; index++) {
      const id = this.#firstGeneratedId + index * blockSize + resource.slot
      yield resource.generate(id, this.#faker(resource.name, id))
    }
  }

  #fixturesOf (resource: Resource): ReadonlyMap<number, OvocRecord> {
    return this.#fixtures.get(resource.name) as ReadonlyMap<number, OvocRecord>
  }

  #isGenerated (resource: Resource, id: number): boolean {
    const offset = id - this.#firstGeneratedId
    return offset >= 0 && offset < this.#generated.customers * blockSize && offset % blockSize === resource.slot
  }
}

function blockAbove (fixtures: Fixtures): number {
  let highest = 0
  for (const records of fixtures.values()) for (const id of records.keys()) highest = Math.max(highest, id)
  return firstBlock * Math.ceil((highest + 1) / firstBlock)
}

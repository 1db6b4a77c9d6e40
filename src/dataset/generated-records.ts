import { LRUCache } from 'lru-cache'
import { nextTurn } from '../node.ts'
import { blockAt, blockSize, blocksReferringTo, shapeOf } from './blocks.ts'
import type { Block } from './blocks.ts'
import type { OvocRecord, Resource } from './resource.ts'
import type { SeededFaker } from './seeded-faker.ts'

/** The part of a dataset that is generated. */
export interface GeneratedPart {
  seed: number
  /** The number of generated customers. Each brings everything that belongs to it. */
  customers: number
  /** Whether an unknown id gets a generated record or none. */
  unknownIds: 'not-found' | 'generate'
}

/** How many generated records are kept in memory per resource. */
const maxKept = 20_000

/** How many records all indexes may hold together. A record takes 20 to 28 bytes in an index. */
const maxIndexed = 1_000_000

/** How many records are indexed, or blocks counted, before other requests get their turn. */
const turn = { records: 50, blocks: 10_000 }

/** Stands for a record that was used once. Keeping the record would cost more than making it again. */
const askedOnce: OvocRecord = {}

const lastBlockedId = Number.MAX_SAFE_INTEGER - 2 * blockSize

/**
 * Finds the records of a resource by one field. The records whose values have the same hash form a chain. Typed arrays
 * hold the chains, because a million small objects would keep the garbage collector busy for most of a second.
 */
interface FieldIndex {
  /** The records that are not indexed yet, the last ones first. */
  rest: Iterator<readonly [id: number, record: OvocRecord]>
  /** How many records are indexed. Their places count from 1. */
  size: number
  /** The id at each place. */
  ids: Float64Array
  /** The place where the chain of each hash starts, or 0. */
  starts: Uint32Array
  /** The place that follows each place in its chain, or 0. */
  next: Uint32Array
}

/** How many blocks there are of each shape. */
type Shapes = Map<number, { block: Block, count: number }>

/**
 * The records that are functions of (seed, resource, id). Only generated customers and what belongs to them are listed.
 */
export class GeneratedRecords {
  /** The id after the last listed block. */
  readonly end: number
  /** The first id of the first block. */
  readonly first: number
  readonly #part: GeneratedPart
  readonly #faker: SeededFaker
  readonly #kept = new Map<string, LRUCache<number, OvocRecord>>()
  readonly #indexes = new LRUCache<string, FieldIndex>({ maxSize: maxIndexed })
  #shapes: Promise<Shapes> | undefined

  constructor (first: number, faker: SeededFaker, part: GeneratedPart) {
    this.end = first + part.customers * blockSize
    this.first = first
    this.#part = part
    this.#faker = faker
  }

  /** Returns the record of an id, listed or not. It is the same object as long as it is kept in memory. */
  find<Wire extends OvocRecord> (resource: Resource<Wire>, id: number): Wire | undefined {
    let kept = this.#kept.get(resource.name)
    const known = kept?.get(id)
    if (known !== undefined && known !== askedOnce) return known as Wire
    const block = this.#blockWith(resource, id)
    if (block === undefined && this.#part.unknownIds === 'not-found') return undefined

    const record = resource.generate(id, this.#faker(resource.name, id), block)
    if (kept === undefined) this.#kept.set(resource.name, kept = new LRUCache({ max: maxKept }))
    kept.set(id, known === undefined ? askedOnce : record)
    return record
  }

  /** Whether `find` finds a record. */
  has (resource: Resource<any>, id: number): boolean {
    return this.#part.unknownIds === 'generate' || this.isInBlock(resource, id)
  }

  /** Frees the memory of records and indexes, which are made again when they are needed. */
  forget (): void {
    this.#kept.clear()
    this.#indexes.clear()
  }

  /** The listed ids of a resource, ascending. */
  * ids (resource: Resource<any>): Generator<number> {
    if (resource.idsIn === undefined) return
    for (const block of this.#blocks()) yield * resource.idsIn(block)
  }

  /** Whether an id is listed. */
  lists (resource: Resource<any>, id: number): boolean {
    return id < this.end && this.isInBlock(resource, id)
  }

  /**
   * Whether the record of an id belongs to a generated customer. If every id has a record, generated customers also
   * exist beyond the listed ones.
   */
  isInBlock (resource: Resource<any>, id: number): boolean {
    return this.#blockWith(resource, id) !== undefined
  }

  /**
   * Finds the listed ids of all records that have one of these values in a field, and perhaps some others. The ids
   * ascend. The first search by a field builds an index. Simultaneous searches share the work, and other requests get
   * their turn.
   * @param isGivenUp whether nobody waits for the result any more.
   * @returns undefined if there is no room for the index, or the search was given up.
   */
  async searchIds (
    resource: Resource<any>, field: string, values: readonly string[], isGivenUp: () => boolean
  ): Promise<Iterable<number> | undefined> {
    const computed = values.map(value =>
      field === 'id' ? [Number(value)] : resource.impliedIds?.(field, value, this.first, this.end))
    if (computed[0] !== undefined) {
      const ids = new Set(computed.flat() as number[])
      return [...ids].filter(id => this.lists(resource, id)).sort(ascending)
    }

    const { idsIn } = resource
    const size = await this.count(resource)
    if (idsIn === undefined || size === 0) return []
    const name = `${resource.name}/${field}`
    const index = this.#indexes.get(name) ?? emptyIndex(this.#makeAll(resource, idsIn), size)
    this.#indexes.set(name, index, { size })
    while (addSome(index, field)) {
      await nextTurn()
      // An index that is too large is not kept. Another index may also have taken its room.
      if (isGivenUp() || this.#indexes.peek(name) !== index) return undefined
    }
    // A value may have as many ids as there are records, so the ids are iterated and not copied.
    const found = values.map(value => idsOf(index, value))
    return found.reduce(merged)
  }

  // From the last to the first. This bypasses the cache: a walk over all records would push out everything else.
  * #makeAll (
    resource: Resource<any>, idsIn: NonNullable<Resource<any>['idsIn']>
  ): Generator<[number, OvocRecord]> {
    for (let index = this.#part.customers - 1; index >= 0; index--) {
      const block = this.#blockAt(index)
      for (const id of idsIn(block).toReversed()) {
        yield [id, resource.generate(id, this.#faker(resource.name, id), block)]
      }
    }
  }

  /** Yields the ids of a resource's records that may refer to an id in a block. */
  * idsNear (resource: Resource<any>, id: number): Generator<number> {
    const nearest = this.#blockAround(id)
    const count = nearest === undefined ? 0 : blocksReferringTo(id, nearest)
    for (let place = 0; place < count; place++) {
      const block = this.#blockAround((nearest as Block).first + place * blockSize)
      if (block !== undefined) yield * resource.idsIn?.(block) ?? []
    }
  }

  /** Counts the listed ids of a resource. */
  async count (resource: Resource<any>): Promise<number> {
    if (resource.idsIn === undefined) return 0
    this.#shapes ??= this.#countShapes()
    let sum = 0
    for (const { block, count } of (await this.#shapes).values()) sum += count * resource.idsIn(block).length
    return sum
  }

  // Millions of blocks have only some thousands of shapes.
  async #countShapes (): Promise<Shapes> {
    const shapes: Shapes = new Map()
    for (const block of this.#blocks()) {
      const known = shapes.get(shapeOf(block))
      if (known === undefined) shapes.set(shapeOf(block), { block, count: 1 })
      else known.count++
      if (block.index % turn.blocks === turn.blocks - 1) await nextTurn()
    }
    return shapes
  }

  /** The listed blocks. */
  * #blocks (): Generator<Block> {
    for (let index = 0; index < this.#part.customers; index++) yield this.#blockAt(index)
  }

  /** Returns the block, listed or not, that holds the id of a resource's record. */
  #blockWith (resource: Resource<any>, id: number): Block | undefined {
    const block = this.#blockAround(id)
    return block !== undefined && (resource.idsIn?.(block) ?? []).includes(id) ? block : undefined
  }

  #blockAround (id: number): Block | undefined {
    const index = Math.floor((id - this.first) / blockSize)
    const end = this.#part.unknownIds === 'generate' ? lastBlockedId : this.end
    return index >= 0 && id < end ? this.#blockAt(index) : undefined
  }

  #blockAt (index: number): Block {
    return blockAt(this.first, index, this.#part.seed)
  }
}

function emptyIndex (rest: FieldIndex['rest'], most: number): FieldIndex {
  const hashes = 2 ** Math.ceil(Math.log2(most))
  return {
    rest, size: 0, ids: new Float64Array(most + 1), starts: new Uint32Array(hashes), next: new Uint32Array(most + 1)
  }
}

/** Indexes the records of one turn. Returns false if none is left. */
function addSome (index: FieldIndex, field: string): boolean {
  for (let count = 0; count < turn.records; count++) {
    const { value: entry, done } = index.rest.next()
    if (done) return false
    const [id, record] = entry
    const value = (record as Record<string, unknown>)[field]
    // No filter can find null.
    if (value === null) continue

    // Chains grow at their start, so their ids ascend.
    const place = ++index.size
    const hash = hashIn(index, String(value))
    index.ids[place] = id
    index.next[place] = index.starts[hash] as number
    index.starts[hash] = place
  }
  return true
}

function * idsOf (index: FieldIndex, value: string): Generator<number> {
  let place = index.starts[hashIn(index, value)] as number
  for (; place !== 0; place = index.next[place] as number) yield index.ids[place] as number
}

/** FNV-1a, folded to as many hashes as the index has. */
function hashIn ({ starts }: FieldIndex, value: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < value.length; at++) hash = Math.imul(hash ^ value.charCodeAt(at), 0x01000193)
  return (hash ^ hash >>> 15) & starts.length - 1
}

/** Merges two ascending sequences into one ascending sequence without repeats. */
export function * merged (some: Iterable<number>, others: Iterable<number>): Generator<number> {
  const rest = others[Symbol.iterator]()
  let other = rest.next()
  for (const one of some) {
    for (; !other.done && other.value <= one; other = rest.next()) if (other.value < one) yield other.value
    yield one
  }
  for (; !other.done; other = rest.next()) yield other.value
}

function ascending (one: number, other: number): number {
  return one - other
}

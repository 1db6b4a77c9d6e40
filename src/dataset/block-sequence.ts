import { setImmediate } from 'node:timers/promises'
import { BlockCensus } from './block-census.ts'
import { blockAt, blockSize, blocksReferringTo } from './blocks.ts'
import type { Block } from './blocks.ts'
import type { Resource } from './resource.ts'

/** How many blocks are counted before other work gets its turn. */
const turn = 10_000

interface Extent {
  /** The first id of the first block. */
  first: number
  /** How many blocks are listed. */
  length: number
  seed: number
  /** Whether blocks go on behind those that are listed, as far as there are ids. */
  isEndless: boolean
}

/** The blocks that the generated records of one dataset stand in. */
export class BlockSequence {
  readonly #extent: Extent
  #census: BlockCensus | undefined
  #counting: Promise<void> | undefined

  constructor (extent: Extent) {
    this.#extent = extent
  }

  /** The first id above all listed blocks. */
  get end (): number {
    return this.#extent.first + this.#extent.length * blockSize
  }

  /** The listed ones. */
  * [Symbol.iterator] (): Generator<Block> {
    for (let index = 0; index < this.#extent.length; index++) yield this.#at(index)
  }

  /** The ids of a resource's records in the listed blocks, ascending. */
  * ids (resource: Resource<any>): Generator<number> {
    for (const block of this) yield * resource.idsIn(block)
  }

  /** How many records of a resource the listed blocks hold. */
  count (resource: Resource<any>): number {
    if (this.#census === undefined) {
      const census = new BlockCensus()
      for (const block of this) census.add(block)
      this.#census = census
    }
    return this.#census.count(resource)
  }

  /** Makes `count` quick, in turns with other work. */
  prepareCount (): Promise<void> {
    this.#counting ??= this.#takeCensus()
    return this.#counting
  }

  async #takeCensus (): Promise<void> {
    const census = new BlockCensus()
    for (const block of this) {
      census.add(block)
      if (block.index % turn === turn - 1) await setImmediate()
    }
    this.#census = census
  }

  /** The block, listed or not, that an id of a resource's record stands in. */
  holding (resource: Resource<any>, id: number): Block | undefined {
    const block = this.#around(id)
    return block !== undefined && resource.idsIn(block).includes(id) ? block : undefined
  }

  /** The ids of a resource's records that may refer to one that stands in a block. */
  * idsNear (resource: Resource<any>, id: number): Generator<number> {
    const nearest = this.#around(id)
    const count = nearest === undefined ? 0 : blocksReferringTo(id, nearest)
    for (let place = 0; place < count; place++) {
      const block = this.#around((nearest as Block).first + place * blockSize)
      if (block !== undefined) yield * resource.idsIn(block)
    }
  }

  #around (id: number): Block | undefined {
    const { first, length, isEndless } = this.#extent
    const index = Math.floor((id - first) / blockSize)
    return index >= 0 && (isEndless ? id < lastBlockedId : index < length) ? this.#at(index) : undefined
  }

  #at (index: number): Block {
    return blockAt(this.#extent.first, index, this.#extent.seed)
  }
}

const lastBlockedId = Number.MAX_SAFE_INTEGER - 2 * blockSize

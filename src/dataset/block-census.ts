import { shapeOf } from './blocks.ts'
import type { Block } from './blocks.ts'
import type { Resource } from './resource.ts'

/** How many blocks there are of each shape: millions of blocks have some thousands of shapes. */
export class BlockCensus {
  readonly #shapes = new Map<number, { block: Block, count: number }>()

  add (block: Block): void {
    const shape = shapeOf(block)
    const known = this.#shapes.get(shape)
    if (known === undefined) this.#shapes.set(shape, { block, count: 1 })
    else known.count++
  }

  /** How many records of a resource the blocks hold. */
  count (resource: Resource<any>): number {
    let sum = 0
    for (const { block, count } of this.#shapes.values()) sum += count * resource.idsIn(block).length
    return sum
  }
}

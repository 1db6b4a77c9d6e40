import { FieldIndex } from './field-index.ts'
import type { Entries } from './field-index.ts'

/** What an index is made of. */
export interface Indexable {
  resourceName: string
  field: string
  /** How many entries there are. */
  size: number
  entries (): Entries
}

/** The indexes that were asked for lately, as many as have room for so many records together. */
export class FieldIndexes {
  readonly #capacity: number
  /** In the order of their last use. */
  readonly #indexes = new Map<string, FieldIndex>()

  constructor (capacity: number) {
    this.#capacity = capacity
  }

  /** Finds the ascending ids of entries with one of these values, or undefined where there is no room for the index; each step before takes one entry in. */
  * search (indexable: Indexable, values: readonly string[]): Generator<undefined, Iterable<number> | undefined> {
    if (indexable.size > this.#capacity) return undefined
    const index = this.#open(indexable)
    while (!index.isDropped && index.grow()) yield undefined
    return index.isDropped ? undefined : index.idsWith(values)
  }

  #open ({ resourceName, field, size, entries }: Indexable): FieldIndex {
    const name = `${resourceName}/${field}`
    const index = this.#indexes.get(name) ?? new FieldIndex(field, size, entries())
    this.#indexes.delete(name)
    this.#indexes.set(name, index)
    this.#dropExcess()
    return index
  }

  #dropExcess (): void {
    let excess = [...this.#indexes.values()].reduce((sum, { capacity }) => sum + capacity, 0) - this.#capacity
    for (const [name, index] of this.#indexes) {
      if (excess <= 0) break
      this.#indexes.delete(name)
      index.isDropped = true
      excess -= index.capacity
    }
  }
}

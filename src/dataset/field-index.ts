import { hashText } from './hash-text.ts'
import type { OvocRecord } from './resource.ts'

/** Ids in ascending order, each with its record. */
export type Entries = Iterator<readonly [id: number, record: OvocRecord], undefined>

/** Which records may have a value in a field: a hash table of up to 24 bytes a record, filled bit by bit. Other values with the same hash come along. */
export class FieldIndex {
  /** How many records it has room for. */
  readonly capacity: number
  /** Whether it had to make room for others, so that it must not grow on. */
  isDropped = false
  readonly #field: string
  readonly #ids: Float64Array
  readonly #hashes: Uint32Array
  /** By the hash's lowest bits: the place of the latest record, counted from 1; 0 is none. */
  readonly #latest: Int32Array
  /** By place: the one before with the same lowest bits. */
  readonly #previous: Int32Array
  #entries: Entries | undefined
  #size = 0

  constructor (field: string, capacity: number, entries: Entries) {
    this.#field = field
    this.capacity = capacity
    this.#entries = entries
    this.#ids = new Float64Array(capacity)
    this.#hashes = new Uint32Array(capacity)
    this.#previous = new Int32Array(capacity)
    this.#latest = new Int32Array(2 ** Math.ceil(Math.log2(capacity + 1)))
  }

  /** Takes one more record in; false when there are no more. */
  grow (): boolean {
    const next = this.#entries?.next().value
    if (next === undefined) this.#entries = undefined
    else this.#add(next[0], (next[1] as Record<string, unknown>)[this.#field])
    return next !== undefined
  }

  /** The ids of all records with one of these values, ascending. */
  idsWith (values: readonly string[]): Iterable<number> {
    return Float64Array.from(values.flatMap(value => [...this.#idsHashed(hashText(value))])).sort()
  }

  #add (id: number, value: unknown): void {
    if (value === null) return
    const hash = hashText(String(value))
    const slot = hash & this.#latest.length - 1
    this.#ids[this.#size] = id
    this.#hashes[this.#size] = hash
    this.#previous[this.#size] = this.#latest[slot] as number
    this.#latest[slot] = ++this.#size
  }

  * #idsHashed (hash: number): Generator<number> {
    let place = this.#latest[hash & this.#latest.length - 1] as number
    for (; place > 0; place = this.#previous[place - 1] as number) {
      if (this.#hashes[place - 1] === hash) yield this.#ids[place - 1] as number
    }
  }
}

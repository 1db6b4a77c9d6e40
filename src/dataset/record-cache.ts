import { mix } from './blocks.ts'
import type { OvocRecord } from './resource.ts'

interface Kept { readonly record: OvocRecord, isUsed: boolean }

/**
 * The generated records of one resource that were asked for again lately: to keep one costs more than to make it, so the first time only its id is.
 * The oldest makes room, but one that was asked for since gets a second turn.
 */
export class RecordCache {
  readonly #capacity: number
  /** Ids that were asked for once, each at a place that follows from it, until another comes there. */
  #asked: Float64Array | undefined
  readonly #kept = new Map<number, Kept>()
  /** A map's iterator comes to what is set after it was made, so this one always goes on with the oldest. */
  readonly #oldest = this.#kept.entries()

  constructor (capacity: number) {
    this.#capacity = capacity
  }

  get (id: number): OvocRecord | undefined {
    const kept = this.#kept.get(id)
    if (kept === undefined) return undefined
    kept.isUsed = true
    return kept.record
  }

  /** Takes note of a record that was asked for; whether it is kept. */
  set (id: number, record: OvocRecord): boolean {
    if (!this.#wasAsked(id)) return false
    if (this.#kept.size === this.#capacity) this.#dropOne()
    this.#kept.set(id, { record, isUsed: false })
    return true
  }

  #wasAsked (id: number): boolean {
    this.#asked ??= new Float64Array(2 * this.#capacity)
    const place = mix(id) % this.#asked.length
    const wasAsked = this.#asked[place] === id
    this.#asked[place] = id
    return wasAsked
  }

  #dropOne (): void {
    for (const [id, kept] of this.#oldest) {
      this.#kept.delete(id)
      if (!kept.isUsed) break
      this.#kept.set(id, { ...kept, isUsed: false })
    }
  }
}

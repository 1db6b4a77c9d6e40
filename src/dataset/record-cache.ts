import type { OvocRecord } from './resource.ts'

interface Kept { readonly record: OvocRecord, isUsed: boolean }

/**
 * The generated records of one resource that were asked for again lately: to keep one costs more than to make it, so the first time only its id is.
 * The oldest makes room, but one that was asked for since gets a second turn.
 */
export class RecordCache {
  readonly #capacity: number
  readonly #askedOnce = new Set<number>()
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
    if (!this.#askedOnce.delete(id)) {
      this.#noteFirst(id)
      return false
    }
    if (this.#kept.size === this.#capacity) this.#dropOne()
    this.#kept.set(id, { record, isUsed: false })
    return true
  }

  #noteFirst (id: number): void {
    if (this.#askedOnce.size === this.#capacity) this.#askedOnce.clear()
    this.#askedOnce.add(id)
  }

  #dropOne (): void {
    for (const [id, kept] of this.#oldest) {
      this.#kept.delete(id)
      if (!kept.isUsed) break
      this.#kept.set(id, { ...kept, isUsed: false })
    }
  }
}

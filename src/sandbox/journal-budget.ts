/** A journal, as far as its memory counts. */
interface Holder {
  /** How many bytes of memory its entries take up together. */
  readonly bytes: number
  forgetOldest (): void
}

/** How much memory all journals of a server may take up together, and which of them forgets when it is used up. */
export class JournalBudget {
  readonly limit: number
  #bytes = 0
  /** Those that have entries, the one whose last entry is oldest first. */
  readonly #holders = new Set<Holder>()
  #latest: Holder | undefined
  /** The largest that is known; which is largest by now is not searched for. */
  #largest: Holder | undefined

  constructor (limit: number) {
    this.limit = limit
  }

  /** Lets journals forget until there is room for so many bytes: first one with more than its share, so that a busy sandbox costs no other its entries. */
  makeRoom (bytes: number): void {
    while (this.#bytes + bytes > this.limit && this.#holders.size > 0) this.#nextToForget().forgetOldest()
  }

  /** Takes note that a journal has grown. */
  take (holder: Holder, bytes: number): void {
    this.#bytes += bytes
    if (holder.bytes > (this.#largest?.bytes ?? 0)) this.#largest = holder
    if (holder === this.#latest) return
    this.#latest = holder
    this.#holders.delete(holder)
    this.#holders.add(holder)
  }

  /** Takes note that a journal has shrunk. */
  giveBack (holder: Holder, bytes: number): void {
    this.#bytes -= bytes
    if (holder.bytes > 0) return
    this.#holders.delete(holder)
    if (holder === this.#latest) this.#latest = undefined
    if (holder === this.#largest) this.#largest = undefined
  }

  #nextToForget (): Holder {
    const [quietest] = this.#holders as Iterable<Holder>
    const share = this.limit / this.#holders.size
    return this.#largest !== undefined && this.#largest.bytes > share ? this.#largest : quietest as Holder
  }
}

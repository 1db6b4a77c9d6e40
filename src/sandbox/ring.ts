export interface Item {
  /** Counts from 1; 0 until the journal sets it. */
  id: number
  /** How many bytes of memory it takes up; 0 until the journal estimates it. */
  size: number
}

/** Items with ascending ids, up to a maximum number. The oldest items are forgotten first. */
export class Ring<Kept extends Item> {
  readonly #most: number
  /** The item at a position is in the slot `position % most`. */
  #slots: Array<Kept | undefined> = []
  #first = 0
  #next = 0
  /** The size of all items together. */
  bytes = 0
  /** How many items were forgotten since the last `clear`. */
  forgotten = 0
  /** The id of the newest forgotten item; 0 if there is none. */
  lastForgotten = 0

  constructor (most: number) {
    this.#most = most
  }

  get isFull (): boolean {
    return this.#next - this.#first >= this.#most
  }

  get oldest (): Kept | undefined {
    return this.#at(this.#first)
  }

  get newest (): Kept | undefined {
    return this.#at(this.#next - 1)
  }

  /** Adds an item. The caller makes room first. */
  add (item: Kept): void {
    this.#slots[this.#next++ % this.#most] = item
    this.bytes += item.size
  }

  get (id: number): Kept | undefined {
    const item = this.#at(this.#positionAfter(id - 1))
    return item?.id === id ? item : undefined
  }

  /** Yields the items with ids above this one, oldest first. Items may be added meanwhile. */
  * after (id: number): Generator<Kept> {
    let position = this.#positionAfter(id)
    while (position < this.#next) {
      yield this.#at(position) as Kept
      position = Math.max(position + 1, this.#first)
    }
  }

  /** Forgets the oldest item and returns it. */
  forgetOldest (): Kept {
    const slot = this.#first++ % this.#most
    const item = this.#slots[slot] as Kept
    this.#slots[slot] = undefined
    this.bytes -= item.size
    this.forgotten++
    this.lastForgotten = item.id
    return item
  }

  /** Forgets all items, as if there had been none. */
  clear (): void {
    this.#slots = []
    this.#first = this.#next
    this.bytes = this.forgotten = this.lastForgotten = 0
  }

  #at (position: number): Kept | undefined {
    return this.#slots[position % this.#most]
  }

  #positionAfter (id: number): number {
    let [low, high] = [this.#first, this.#next]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if ((this.#at(middle) as Kept).id > id) high = middle
      else low = middle + 1
    }
    return low
  }
}

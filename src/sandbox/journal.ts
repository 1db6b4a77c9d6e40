import type { JournalBudget } from './journal-budget.ts'
import { leaveBodiesOut, sizeOf } from './journal-entry.ts'
import type { Entry, RecordedRequest } from './journal-entry.ts'

/** How much a sandbox's journal holds. */
export interface JournalLimits {
  /** How many entries; 0 switches the journal off. */
  journalEntries: number
  /** The memory that it shares with the others, in bytes as `sizeOf` estimates them. */
  journalBudget: JournalBudget
}

/** Who wants to know what happens in a journal; each is told in the middle of the request, so it must be quick. */
export interface Watcher {
  added (entry: Entry): void
  /** The journal is empty from now on. */
  emptied (reason: string): void
  /** Nothing comes any more. */
  closed (reason: string): void
}

/** The last requests to one sandbox, within a number of entries and of bytes; the oldest are forgotten first. */
export class Journal {
  readonly #limits: JournalLimits
  readonly #watchers = new Set<Watcher>()
  /** A ring: the entry `id` is in the place `(id - #base) % journalEntries`. */
  #slots: Array<Entry | undefined> = []
  #base = 1
  #first = 1
  #next = 1
  #bytes = 0
  #closed: string | undefined

  constructor (limits: JournalLimits) {
    this.#limits = limits
  }

  get isOff (): boolean {
    return this.#limits.journalEntries === 0
  }

  /** The id of the oldest entry, or of the next one when there is none. */
  get first (): number {
    return this.#first
  }

  /** The id of the newest entry, forgotten or not. */
  get last (): number {
    return this.#next - 1
  }

  get size (): number {
    return this.#next - this.#first
  }

  /** How many bytes of memory its entries take up together. */
  get bytes (): number {
    return this.#bytes
  }

  /** Keeps an entry and gives it its id. One that is too large by itself is kept without bodies. */
  add (entry: Entry): void {
    if (this.isOff || this.#closed !== undefined) return
    const { journalEntries, journalBudget } = this.#limits
    entry.size = sizeOf(entry)
    if (entry.size > journalBudget.limit) leaveBodiesOut(entry as RecordedRequest)
    if (this.size >= journalEntries) this.forgetOldest()
    journalBudget.makeRoom(entry.size)
    entry.id = this.#next++
    this.#slots[this.#slotOf(entry.id)] = entry
    this.#bytes += entry.size
    journalBudget.take(this, entry.size)
    for (const watcher of this.#watchers) watcher.added(entry)
  }

  get (id: number): Entry | undefined {
    return id >= this.#first && id < this.#next ? this.#slots[this.#slotOf(id)] : undefined
  }

  /** The entries with ids above one, oldest first; it may be taken slowly while others are added. */
  * after (id: number): Generator<Entry> {
    for (let next = Math.max(id + 1, this.#first); next < this.#next; next = Math.max(next + 1, this.#first)) yield this.get(next) as Entry
  }

  /** Forgets all entries; ids go on. */
  clear (reason = 'the journal was emptied'): void {
    this.#slots = []
    this.#base = this.#first = this.#next
    this.#giveBack(this.#bytes)
    for (const watcher of this.#watchers) watcher.emptied(reason)
  }

  /** Forgets all entries; ids begin again. */
  reset (): void {
    this.#next = 1
    this.clear('the sandbox was reset')
  }

  /** Keeps nothing any more, and tells so those who watch, now and whenever they begin to. */
  close (reason: string): void {
    this.#closed = reason
    this.#giveBack(this.#bytes)
    for (const watcher of this.#watchers) watcher.closed(reason)
  }

  /** Tells a watcher what happens from now on, until the function that is given back is called. */
  watch (watcher: Watcher): () => void {
    this.#watchers.add(watcher)
    const reason = this.#closed
    if (reason !== undefined) queueMicrotask(() => watcher.closed(reason))
    return () => this.#watchers.delete(watcher)
  }

  #slotOf (id: number): number {
    return (id - this.#base) % this.#limits.journalEntries
  }

  forgetOldest (): void {
    const slot = this.#slotOf(this.#first++)
    const { size } = this.#slots[slot] as Entry
    this.#slots[slot] = undefined
    this.#giveBack(size)
  }

  #giveBack (bytes: number): void {
    this.#bytes -= bytes
    this.#limits.journalBudget.giveBack(this, bytes)
  }
}

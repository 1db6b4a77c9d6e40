import { leaveBodiesOut, sizeOf } from './journal-entry.ts'
import type { Entry, RecordedRequest } from './journal-entry.ts'

/** How much a sandbox's journal holds. */
export interface JournalLimits {
  /** How many entries; 0 switches the journal off. */
  journalEntries: number
  /** How many bytes of memory its entries take up together, as `sizeOf` estimates them. */
  journalBytes: number
}

/** Who wants to know what happens in a journal; each is told in the middle of the request, so it must be quick. */
export interface Watcher {
  added (entry: Entry): void
  /** The journal is empty from now on. */
  emptied (reason: string): void
  /** Nothing comes any more. */
  closed (reason: string): void
  /** It threw an error at what it was told, and is told nothing more. */
  failed (error: Error): void
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

  /** Keeps an entry and gives it its id. One that is too large by itself is kept without bodies. */
  add (entry: Entry): void {
    if (this.isOff) return
    entry.size = sizeOf(entry)
    if (entry.size > this.#limits.journalBytes) leaveBodiesOut(entry as RecordedRequest)
    this.#makeRoom(entry.size)
    entry.id = this.#next++
    this.#slots[this.#slotOf(entry.id)] = entry
    this.#bytes += entry.size
    if (this.#watchers.size > 0) this.#tell(entry)
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
    this.#bytes = 0
    for (const watcher of this.#watchers) watcher.emptied(reason)
  }

  /** Forgets all entries; ids begin again. */
  reset (): void {
    this.#next = 1
    this.clear('the sandbox was reset')
  }

  /** Tells those who watch that nothing comes any more, now and whenever they begin to. */
  close (reason: string): void {
    this.#closed = reason
    for (const watcher of this.#watchers) watcher.closed(reason)
  }

  /** Tells a watcher what happens from now on, until the function that is given back is called. */
  watch (watcher: Watcher): () => void {
    this.#watchers.add(watcher)
    const reason = this.#closed
    if (reason !== undefined) queueMicrotask(() => watcher.closed(reason))
    return () => this.#watchers.delete(watcher)
  }

  // What a watcher can't do is not the fault of the request that it sees.
  #tell (entry: Entry): void {
    for (const watcher of this.#watchers) {
      try {
        watcher.added(entry)
      } catch (error) {
        this.#watchers.delete(watcher)
        watcher.failed(error as Error)
      }
    }
  }

  #slotOf (id: number): number {
    return (id - this.#base) % this.#limits.journalEntries
  }

  #makeRoom (size: number): void {
    const { journalEntries, journalBytes } = this.#limits
    while (this.size > 0 && (this.size >= journalEntries || this.#bytes + size > journalBytes)) {
      const slot = this.#slotOf(this.#first++)
      this.#bytes -= (this.#slots[slot] as Entry).size
      this.#slots[slot] = undefined
    }
  }
}

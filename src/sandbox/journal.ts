import { leaveBodiesOut, shareWith, sizeOf } from './journal-entry.ts'
import type { Entry, Note, RecordedRequest } from './journal-entry.ts'
import { Ring } from './ring.ts'

/** How much a sandbox's journal holds. */
export interface JournalLimits {
  /** How many requests; 0 switches the journal off. */
  journalEntries: number
  /** The memory that it shares with the others, in bytes as `sizeOf` estimates them. */
  journalBudget: JournalBudget
}

/** How many notes a journal holds besides the requests. */
const mostNotes = 100

/** The last requests to one sandbox, within a number of them and a budget, and the last notes; all have ids of one sequence. */
export class Journal {
  readonly #limits: JournalLimits
  readonly #watchers = new Watchers()
  readonly #requests: Ring<RecordedRequest>
  readonly #notes = new Ring<Note>(mostNotes)
  #last = 0
  #isClosed = false

  constructor (limits: JournalLimits) {
    this.#limits = limits
    this.#requests = new Ring(limits.journalEntries)
  }

  get isOff (): boolean {
    return this.#limits.journalEntries === 0
  }

  /** The id of the oldest request, or note where there is no request; undefined when there is neither. */
  get first (): number | undefined {
    return (this.#requests.oldest ?? this.#notes.oldest)?.id
  }

  /** The id of the newest entry, forgotten or not. */
  get last (): number {
    return this.#last
  }

  /** The id of the newest of the forgotten entries; 0 when there is none. */
  get lastForgotten (): number {
    return Math.max(this.#requests.lastForgotten, this.#notes.lastForgotten)
  }

  /** How many requests were forgotten since the journal was last emptied. */
  get forgottenRequests (): number {
    return this.#requests.forgotten
  }

  /** How many bytes of memory the requests take up together. */
  get bytes (): number {
    return this.#requests.bytes
  }

  /** Keeps a request and gives it its id. One that is too large by itself is kept without bodies. */
  add (request: RecordedRequest): void {
    if (this.isOff || this.#isClosed) return
    const { journalBudget } = this.#limits
    const { newest } = this.#requests
    if (newest !== undefined) shareWith(newest, request)
    request.size = sizeOf(request)
    if (request.size > journalBudget.limit) leaveBodiesOut(request)
    if (this.#requests.isFull) this.forgetOldest()
    journalBudget.makeRoom(request.size)
    request.id = ++this.#last
    this.#requests.add(request)
    journalBudget.take(this, request.size)
    this.#watchers.tell(request)
  }

  /** Keeps a note, which pushes no request out, and gives it its id. */
  note (note: Note): void {
    if (this.isOff) return
    note.id = ++this.#last
    if (this.#notes.isFull) this.#notes.forgetOldest()
    this.#notes.add(note)
    this.#watchers.tell(note)
  }

  get (id: number): Entry | undefined {
    return this.#requests.get(id) ?? this.#notes.get(id)
  }

  /** The requests, oldest first. */
  requests (): Generator<RecordedRequest> {
    return this.#requests.after(0)
  }

  /** The requests and notes with ids above one, oldest first. */
  * after (id: number): Generator<Entry> {
    const notes = [...this.#notes.after(id)]
    for (const request of this.#requests.after(id)) {
      while (notes[0] !== undefined && notes[0].id < request.id) yield notes.shift() as Note
      yield request
    }
    yield * notes
  }

  forgetOldest (): void {
    const { size } = this.#requests.forgetOldest()
    this.#limits.journalBudget.giveBack(this, size)
  }

  /** Forgets all entries; ids go on. */
  clear (reason = 'the journal was emptied'): void {
    this.#forgetRequests()
    this.#notes.clear()
    this.#watchers.tellEmptied(reason)
  }

  /** Forgets all entries; ids begin again. */
  reset (): void {
    this.#last = 0
    this.clear('the sandbox was reset')
  }

  /** Keeps nothing any more, and tells so those who watch, now and whenever they begin to. */
  close (reason: string): void {
    this.#isClosed = true
    this.#watchers.tellClosed(reason)
    this.#forgetRequests()
  }

  /** Tells a watcher what happens from now on, until the function that is given back is called. */
  watch (watcher: Watcher): () => void {
    return this.#watchers.add(watcher)
  }

  #forgetRequests (): void {
    const { bytes } = this.#requests
    this.#requests.clear()
    this.#limits.journalBudget.giveBack(this, bytes)
  }
}

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

/** Who wants to know what happens in a journal; each is told in the middle of other work, so it must be quick. */
export interface Watcher {
  added (entry: Entry): void
  /** The journal is empty from now on. */
  emptied (reason: string): void
  /** Nothing comes any more. */
  closed (reason: string): void
  /** It threw an error at what it was told, and is told nothing more. */
  failed (error: Error): void
}

/** Those who watch one journal. */
export class Watchers {
  readonly #watchers = new Set<Watcher>()
  #closed: string | undefined

  /** Adds one until the function that is given back is called; where nothing comes any more it is told so. */
  add (watcher: Watcher): () => void {
    this.#watchers.add(watcher)
    const reason = this.#closed
    if (reason !== undefined) queueMicrotask(() => watcher.closed(reason))
    return () => this.#watchers.delete(watcher)
  }

  // What a watcher can't do is not the problem of the request that it sees.
  tell (entry: Entry): void {
    for (const watcher of this.#watchers) {
      try {
        watcher.added(entry)
      } catch (error) {
        this.#watchers.delete(watcher)
        watcher.failed(error as Error)
      }
    }
  }

  tellEmptied (reason: string): void {
    for (const watcher of this.#watchers) watcher.emptied(reason)
  }

  tellClosed (reason: string): void {
    this.#closed = reason
    for (const watcher of this.#watchers) watcher.closed(reason)
  }
}

import type { JournalBudget } from './journal-budget.ts'
import { leaveBodiesOut, shareWith, sizeOf } from './journal-entry.ts'
import type { Entry, Note, RecordedRequest } from './journal-entry.ts'
import { Ring } from './ring.ts'
import { Watchers } from './watchers.ts'
import type { Watcher } from './watchers.ts'

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

import type { Entry, Note, RecordedRequest } from './journal-entry.ts'
import { Ring } from './ring.ts'
import type { Item } from './ring.ts'

/** Callbacks for what happens in a journal. They run in the middle of a request, so they must be quick. */
export interface Watcher {
  /** @param once makes something of the entry, once for all watchers. */
  added (entry: Entry, once: Once): void
  /** The journal is empty from now on. */
  emptied (reason: string): void
  /** Nothing is added from now on. */
  closed (reason: string): void
  /** `added` threw this error, and is not called again. */
  failed (error: Error): void
}

/** The result of a function for an entry; the second caller gets that of the first. */
export type Once = <Made, Kind extends Entry>(make: (entry: Kind) => Made, entry: Kind) => Made

/** The requests since a journal was last emptied. */
export interface Arrivals {
  /** How many of them have no entry yet. */
  underWay: number
}

/** How many notes a journal holds besides the requests. */
const mostNotes = 100

/** How many refused requests a journal holds besides the others, and how large each may be. */
const mostRefused = 100
const largestRefused = 65_536

/**
 * The last requests to one sandbox, within a number of them and a budget, and the last notes.
 * All have ids of one sequence.
 */
export class Journal {
  readonly #budget: JournalBudget
  /** Whether an option switched it off. */
  readonly isOff: boolean
  readonly #requests: Ring<RecordedRequest>
  /** Requests of callers who were not let in. They push only one another out. */
  readonly #refused: Ring<RecordedRequest>
  readonly #notes = new Ring<Note>(mostNotes)
  readonly #watchers = new Set<Watcher>()
  #arrivals: Arrivals = { underWay: 0 }
  /** The id of the newest entry, forgotten or not. */
  last = 0
  /** Why the journal was closed. */
  #closed: string | undefined

  /** @param entries how many requests it holds; 0 switches it off. */
  constructor (entries: number, budget: JournalBudget) {
    this.isOff = entries === 0
    this.#budget = budget
    this.#requests = new Ring(entries)
    this.#refused = new Ring(Math.min(entries, mostRefused))
  }

  /** The id of the oldest request, or note where there is no request; undefined when there is neither. */
  get first (): number | undefined {
    const [oldest] = this.requests() as Iterable<RecordedRequest | undefined>
    return (oldest ?? this.#notes.oldest)?.id
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
    return this.#requests.bytes + this.#refused.bytes
  }

  /** How many requests have arrived since it was last emptied, and have no entry yet. */
  get underWay (): number {
    return this.#arrivals.underWay
  }

  /** Notes the arrival of a request, for `add`. */
  expect (): Arrivals {
    this.#arrivals.underWay++
    return this.#arrivals
  }

  /**
   * Keeps a request and gives it its id. One that is too large by itself is kept without bodies.
   * @param arrivals those that it belongs to, if it was expected: if the journal was emptied since, it is not kept.
   */
  add (request: RecordedRequest, arrivals?: Arrivals): void {
    if (arrivals !== undefined) arrivals.underWay--
    const isOfBefore = arrivals !== undefined && arrivals !== this.#arrivals
    if (this.isOff || this.#closed !== undefined || isOfBefore) return

    // Clients repeat themselves: the fewer objects live on, the less the garbage collector copies.
    const { newest } = this.#requests
    if (newest !== undefined) {
      if (request.originalUrl === newest.originalUrl) request.originalUrl = newest.originalUrl
      request.params = alike(newest.params, request.params)
      request.query = alike(newest.query, request.query)
      request.headers = alike(newest.headers, request.headers)
      request.answerHeaders = alike(newest.answerHeaders, request.answerHeaders)
    }

    request.size = sizeOf(request)
    if (request.size > this.#budget.limit) {
      request.bytes += Buffer.byteLength(request.answerBody)
      request.answerBody = request.body = ''
      request.size = sizeOf(request)
    }

    const { isRefused, size } = request
    if (isRefused && (size > largestRefused || !this.#budget.hasRoom(size))) return
    const ring = isRefused ? this.#refused : this.#requests
    if (ring.isFull) this.#forgetOldestOf(ring)
    this.#budget.makeRoom(size)
    request.id = ++this.last
    ring.add(request)
    this.#budget.take(this, request.size)
    this.#tell(request)
  }

  /** Keeps a note, which pushes no request out, and gives it its id. */
  note (note: Note): void {
    if (this.isOff) return
    note.id = ++this.last
    if (this.#notes.isFull) this.#notes.forgetOldest()
    this.#notes.add(note)
    this.#tell(note)
  }

  // A watcher that fails must not make the request fail.
  #tell (entry: Entry): void {
    if (this.#watchers.size === 0) return
    const made = new Map<unknown, any>()
    const once: Once = (make, entry) => {
      if (!made.has(make)) made.set(make, make(entry))
      return made.get(make)
    }
    for (const watcher of this.#watchers) {
      try {
        watcher.added(entry, once)
      } catch (error) {
        this.#watchers.delete(watcher)
        watcher.failed(error as Error)
      }
    }
  }

  get (id: number): Entry | undefined {
    return this.#requests.get(id) ?? this.#refused.get(id) ?? this.#notes.get(id)
  }

  /** The requests, oldest first. */
  requests (): Generator<RecordedRequest> {
    return inOrder(this.#requests.after(0), this.#refused.after(0))
  }

  /** The requests and notes with ids above one, oldest first. */
  * after (id: number): Generator<Entry> {
    yield * inOrder<Entry>(inOrder(this.#requests.after(id), this.#refused.after(id)), this.#notes.after(id))
  }

  /** Forgets a refused request, or where there is none the oldest of the others. */
  forgetOldest (): void {
    this.#forgetOldestOf(this.#refused.oldest === undefined ? this.#requests : this.#refused)
  }

  #forgetOldestOf (ring: Ring<RecordedRequest>): void {
    const { size } = ring.forgetOldest()
    this.#budget.giveBack(this, size)
  }

  /** Forgets all entries; ids go on. */
  clear (reason = 'the journal was emptied'): void {
    this.#forgetRequests()
    this.#notes.clear()
    this.#arrivals = { underWay: 0 }
    for (const watcher of this.#watchers) watcher.emptied(reason)
  }

  /** Forgets all entries; ids begin again. */
  reset (): void {
    this.last = 0
    this.clear('the sandbox was reset')
  }

  /** Forgets all requests and keeps no further ones. Watchers are told, later ones too. */
  close (reason: string): void {
    this.#closed = reason
    for (const watcher of this.#watchers) watcher.closed(reason)
    this.#forgetRequests()
  }

  /** How many watch it. */
  get watched (): number {
    return this.#watchers.size
  }

  /** Tells a watcher what happens, until the returned function is called. */
  watch (watcher: Watcher): () => void {
    this.#watchers.add(watcher)
    const reason = this.#closed
    if (reason !== undefined) Promise.resolve().then(() => watcher.closed(reason))
    return () => this.#watchers.delete(watcher)
  }

  #forgetRequests (): void {
    const { bytes } = this
    this.#requests.clear()
    this.#refused.clear()
    this.#budget.giveBack(this, bytes)
  }
}

// The second ones are few, so they may be listed first. Items may be added to the first meanwhile.
function * inOrder<Kept extends Item> (first: Iterable<Kept>, second: Iterable<Kept>): Generator<Kept> {
  const others = [...second]
  for (const item of first) {
    while (others[0] !== undefined && others[0].id < item.id) yield others.shift() as Kept
    yield item
  }
  yield * others
}

function alike<Fields extends object> (known: Fields, fields: Fields): Fields {
  for (const name in fields) if (fields[name] !== known[name]) return fields
  for (const name in known) if (fields[name] !== known[name]) return fields
  return known
}

/** Room for a request's objects, and for what the letters of a query become. */
const objects = 1024
const objectsPerLetter = 14
const objectsPerHeader = 40
const objectsPerValue = 32

// How many bytes of memory a request takes up, estimated upwards: as if each letter took two.
function sizeOf ({ originalUrl, headers, body, answerBody, reason }: RecordedRequest): number {
  let size = objects + originalUrl.length * objectsPerLetter
  for (const name in headers) {
    const value = headers[name] as string | string[]
    size += objectsPerHeader + 2 * name.length
    // A header that came several times is a list.
    if (typeof value === 'string') size += objectsPerValue + 2 * value.length
    else for (const one of value) size += objectsPerValue + 2 * one.length
  }
  return size + 2 * (originalUrl.length + body.length + answerBody.length + reason.length)
}

/** How much memory all journals of a server may take up together, and which of them forgets when it is used up. */
export class JournalBudget {
  readonly limit: number
  #bytes = 0
  /** Those that have entries, the least recently written first. */
  readonly #holders = new Set<Journal>()
  /** The last of them. */
  #newest: Journal | undefined
  /** The largest one known. It is not searched for, so another one may be larger. */
  #largest: Journal | undefined

  constructor (limit: number) {
    this.limit = limit
  }

  hasRoom (bytes: number): boolean {
    return this.#bytes + bytes <= this.limit
  }

  /** Lets journals forget until there is room for so many bytes. */
  makeRoom (bytes: number): void {
    while (this.#bytes + bytes > this.limit && this.#holders.size > 0) {
      // First one with more than its share, so that a busy sandbox costs no other its entries.
      const [quietest] = this.#holders as Iterable<Journal>
      const share = this.limit / this.#holders.size
      const next = this.#largest !== undefined && this.#largest.bytes > share ? this.#largest : quietest as Journal
      next.forgetOldest()
    }
  }

  /** Notes that a journal grew. */
  take (journal: Journal, bytes: number): void {
    this.#bytes += bytes
    if (journal.bytes > (this.#largest?.bytes ?? 0)) this.#largest = journal
    if (journal === this.#newest) return
    this.#holders.delete(journal)
    this.#holders.add(journal)
    this.#newest = journal
  }

  /** Notes that a journal shrank. */
  giveBack (journal: Journal, bytes: number): void {
    this.#bytes -= bytes
    if (journal.bytes > 0) return
    this.#holders.delete(journal)
    if (journal === this.#largest) this.#largest = undefined
    if (journal === this.#newest) this.#newest = undefined
  }
}

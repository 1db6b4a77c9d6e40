import type { Entry, Note, RecordedRequest } from './journal-entry.ts'
import { Ring } from './ring.ts'
import type { Item } from './ring.ts'

/** Callbacks for what happens in a journal. They run in the middle of a request, so they must be quick. */
export interface Watcher {
  /** @param once calls a function with the entry, only once for all watchers. */
  added (entry: Entry, once: Once): void
  /** The journal was emptied. */
  emptied (reason: string): void
  /** The journal was closed: it adds no more entries. */
  closed (reason: string): void
  /** `added` threw this error. It is not called again. */
  failed (error: Error): void
}

/** Returns the result of a function for an entry. A second caller gets the result of the first. */
export type Once = <Made, Kind extends Entry>(make: (entry: Kind) => Made, entry: Kind) => Made

/** The requests since a journal was last emptied. */
export interface Arrivals {
  /** How many of them have no entry yet. */
  underWay: number
}

/** How many notes a journal holds besides the requests. */
const maxNotes = 100

/** How many refused requests a journal holds besides the others, and how many bytes each may take up. */
const maxRefused = 100
const maxRefusedBytes = 65_536

/**
 * The last requests to one sandbox, and the last notes. A number and a budget limit the requests. All entries get their
 * ids from one sequence.
 */
export class Journal {
  readonly #budget: JournalBudget
  /** Whether an option switched it off. */
  readonly isOff: boolean
  readonly #requests: Ring<RecordedRequest>
  /** Requests of rejected callers. They push out only one another. */
  readonly #refused: Ring<RecordedRequest>
  readonly #notes = new Ring<Note>(maxNotes)
  readonly #watchers = new Set<Watcher>()
  #arrivals: Arrivals = { underWay: 0 }
  /** The id of the newest entry, even if it is forgotten. */
  last = 0
  /** Why the journal was closed. */
  #closed: string | undefined

  /** @param entries how many requests the journal holds; 0 switches it off. */
  constructor (entries: number, budget: JournalBudget) {
    this.isOff = entries === 0
    this.#budget = budget
    this.#requests = new Ring(entries)
    this.#refused = new Ring(Math.min(entries, maxRefused))
  }

  /** The id of the oldest request; without requests, of the oldest note. Undefined if there is neither. */
  get first (): number | undefined {
    const [oldest] = this.requests() as Iterable<RecordedRequest | undefined>
    return (oldest ?? this.#notes.oldest)?.id
  }

  /** The id of the newest forgotten entry; 0 if there is none. */
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

  /** How many requests have arrived since the journal was last emptied and have no entry yet. */
  get underWay (): number {
    return this.#arrivals.underWay
  }

  /** Counts the arrival of a request. The caller passes the result to `add`. */
  expect (): Arrivals {
    this.#arrivals.underWay++
    return this.#arrivals
  }

  /**
   * Keeps a request and sets its id. A request that alone exceeds the budget is kept without bodies.
   * @param arrivals what `expect` returned for this request. If the journal was emptied since, the request is not kept.
   */
  add (request: RecordedRequest, arrivals?: Arrivals): void {
    if (arrivals !== undefined) arrivals.underWay--
    const isOfBefore = arrivals !== undefined && arrivals !== this.#arrivals
    if (this.isOff || this.#closed !== undefined || isOfBefore) return

    // Clients repeat themselves. With fewer objects alive, the garbage collector copies less.
    const { newest } = this.#requests
    if (newest !== undefined) {
      if (request.originalUrl === newest.originalUrl) request.originalUrl = newest.originalUrl
      request.params = alike(newest.params, request.params)
      request.query = alike(newest.query, request.query)
      request.headers = alike(newest.headers, request.headers)
      request.responseHeaders = alike(newest.responseHeaders, request.responseHeaders)
    }
    if (request.headers !== newest?.headers) joinPieces(request.headers)

    request.size = sizeOf(request)
    if (request.size > this.#budget.limit) {
      request.bytes += Buffer.byteLength(request.responseBody)
      request.responseBody = request.body = ''
      request.size = sizeOf(request)
    }

    const { isRefused, size } = request
    if (isRefused && (size > maxRefusedBytes || !this.#budget.hasRoom(size))) return
    const ring = isRefused ? this.#refused : this.#requests
    if (ring.isFull) this.forgetOldest(ring)
    this.#budget.makeRoom(size)
    request.id = ++this.last
    ring.add(request)
    this.#budget.take(this, request.size)
    this.#tell(request)
  }

  /** Keeps a note and sets its id. A note never pushes out a request. */
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

  /** Returns the requests, oldest first. */
  requests (): Generator<RecordedRequest> {
    return inOrder(this.#requests.after(0), this.#refused.after(0))
  }

  /** Yields the requests and notes with ids above this one, oldest first. */
  * after (id: number): Generator<Entry> {
    yield * inOrder<Entry>(inOrder(this.#requests.after(id), this.#refused.after(id)), this.#notes.after(id))
  }

  /** Forgets the oldest refused request. If there is none, forgets the oldest of the others. */
  forgetOldest (ring = this.#refused.oldest === undefined ? this.#requests : this.#refused): void {
    this.#budget.giveBack(this, ring.forgetOldest().size)
  }

  /** Forgets all entries. Ids go on. */
  clear (reason = 'the journal was emptied'): void {
    this.#forgetRequests()
    this.#notes.clear()
    this.#arrivals = { underWay: 0 }
    for (const watcher of this.#watchers) watcher.emptied(reason)
  }

  /** Forgets all entries. Ids begin again. */
  reset (): void {
    this.last = 0
    this.clear('the sandbox was reset')
  }

  /** Forgets all requests and keeps no further ones. Notifies all watchers, including later ones. */
  close (reason: string): void {
    this.#closed = reason
    for (const watcher of this.#watchers) watcher.closed(reason)
    this.#forgetRequests()
  }

  /** The number of watchers. */
  get watched (): number {
    return this.#watchers.size
  }

  /** Notifies a watcher of what happens, until the returned function is called. */
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

// There are few items in `second`, so it is copied at the start. Items may be added to `first` meanwhile.
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

// The text of a repeated header consists of pieces that take up five times the memory. A copy is in one piece.
function joinPieces (headers: RecordedRequest['headers']): void {
  for (const name in headers) {
    const value = headers[name]
    if (typeof value === 'string' && /[,;] /.test(value)) headers[name] = Buffer.from(value).toString()
  }
}

/** How many bytes a request's objects take up, and what each letter of its URL can become in a parsed query. */
const objects = 1024
const objectsPerLetter = 14
const objectsPerHeader = 40
const objectsPerValue = 32

// Returns how many bytes of memory a request takes up. The estimate is high: each letter counts as two bytes.
function sizeOf ({ originalUrl, headers, body, responseHeaders, responseBody, reason }: RecordedRequest): number {
  const texts = originalUrl.length + body.length + responseBody.length + reason.length
  return objects + originalUrl.length * objectsPerLetter + 2 * texts + sizeOfHeaders(headers) +
    sizeOfHeaders(responseHeaders)
}

function sizeOfHeaders (headers: RecordedRequest['headers'] | RecordedRequest['responseHeaders']): number {
  let size = 0
  for (const name in headers) {
    const value = headers[name]
    size += objectsPerHeader + 2 * name.length
    // A repeated header is a list.
    if (Array.isArray(value)) for (const one of value) size += objectsPerValue + 2 * one.length
    else size += objectsPerValue + 2 * String(value).length
  }
  return size
}

/** Limits the memory of all journals of a server together. Decides which of them forgets when it is used up. */
export class JournalBudget {
  readonly limit: number
  #bytes = 0
  /** The journals that have requests, the least recently written first. */
  readonly #holders = new Set<Journal>()
  /** The last of `#holders`. */
  #newest: Journal | undefined
  /** The largest known journal. Nobody searches for it, so another one may be larger. */
  #largest: Journal | undefined

  constructor (limit: number) {
    this.limit = limit
  }

  hasRoom (bytes: number): boolean {
    return this.#bytes + bytes <= this.limit
  }

  /** Makes journals forget requests until there is room for this many bytes. */
  makeRoom (bytes: number): void {
    while (this.#bytes + bytes > this.limit && this.#holders.size > 0) {
      // A journal with more than its share forgets first, so other sandboxes do not lose entries to a busy one.
      const [quietest] = this.#holders as Iterable<Journal>
      const share = this.limit / this.#holders.size
      const next = this.#largest !== undefined && this.#largest.bytes > share ? this.#largest : quietest as Journal
      next.forgetOldest()
    }
  }

  /** Records that a journal grew. */
  take (journal: Journal, bytes: number): void {
    this.#bytes += bytes
    if (journal.bytes > (this.#largest?.bytes ?? 0)) this.#largest = journal
    if (journal === this.#newest) return
    this.#holders.delete(journal)
    this.#holders.add(journal)
    this.#newest = journal
  }

  /** Records that a journal shrank. */
  giveBack (journal: Journal, bytes: number): void {
    this.#bytes -= bytes
    if (journal.bytes > 0) return
    this.#holders.delete(journal)
    if (journal === this.#largest) this.#largest = undefined
    if (journal === this.#newest) this.#newest = undefined
  }
}

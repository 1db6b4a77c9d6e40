import { JournalBudget } from './journal.ts'

/** How many bytes the objects of a record take up besides its text. */
const perRecord = 400

/**
 * How many bytes an object or list in a record takes up besides its text, how many each of its items, and how many each
 * name. An object with names of its own takes up the most.
 */
const perObject = 96
const perItem = 16
const perName = 48

/**
 * How many bytes the place of a record in the map of a collection takes up, and how many more each number in a list of
 * the record. It may be an id, which an index of the map's references holds.
 */
const perPlace = 100
const perNumber = 300

/** How many bytes the state of a sandbox takes up besides its records and rules. */
const perState = 2000

/** How many bytes the counts of a rule take up. Each state has its own counts. */
const perRule = 150

/** Thrown if the server's storage has no room for more. */
export class StorageFull extends Error {
  readonly statusCode = 507
}

/** How many bytes a value itself takes up, and how many each map that has it. */
interface Size { own: number, place: number }

/** The parts of a sandbox's state that take up memory. */
interface StoredState {
  dataset: object
  collections: ReadonlyMap<string, { changed: ReadonlyMap<number, object | undefined> }>
  rules: ReadonlyMap<number, { rule: object }>
}

/**
 * Limits what callers and testers store in all sandboxes of a server, and what their requests hold while they wait.
 * Half of the bytes is for journals, half for the rest.
 */
export class Storage {
  readonly journals: JournalBudget
  readonly #limit: number
  readonly #states: () => Iterable<StoredState>
  readonly #sizes = new WeakMap<object, Size>()
  /** How many bytes are taken. It still includes what was freed since the last count. */
  #taken = 0
  /** How many bytes the fixtures of earlier datasets take up. Those that are served now don't count. */
  readonly #earlier = new WeakMap<object, number>()
  /** How many of the taken bytes requests hold while they wait. */
  #held = 0

  /** @param states returns the states of all sandboxes and snapshots. */
  constructor (bytes: number, states: () => Iterable<StoredState>) {
    this.#limit = Math.floor(bytes / 2)
    this.journals = new JournalBudget(this.#limit)
    this.#states = states
  }

  /** Returns how many bytes of memory a record or rule takes up. The estimate is high. */
  sizeOf (value: object): number {
    return this.#measure(value).own
  }

  /** Returns how many bytes the places of records in the map of a collection take up. Undefined is a deleted record. */
  sizeOfPlaces (records: Iterable<object | undefined>): number {
    let size = 0
    for (const record of records) size += record === undefined ? perPlace : this.#measure(record).place
    return size
  }

  #measure (value: object): Size {
    const known = this.#sizes.get(value)
    if (known !== undefined) return known
    const text = JSON.stringify(value)
    const size = { own: perRecord + 2 * text.length, place: perPlace }
    let isWide = false
    // Signs within strings count too. A high estimate is better than a low one. The record and its kept text have each
    // letter once; beyond Latin-1, all letters of a text take two bytes.
    for (let index = 0; index < text.length; index++) {
      const sign = text.charCodeAt(index)
      if (sign > 0xFF) isWide = true
      if (sign === 0x5B || sign === 0x7B) size.own += perObject
      if (sign === 0x3A && text.charCodeAt(index - 1) === 0x22) size.own += perName
      if (sign !== 0x2C && sign !== 0x5B) continue
      size.own += perItem
      const next = text.charCodeAt(index + 1)
      if (next >= 0x30 && next <= 0x39) size.place += perNumber
    }
    if (isWide) size.own += 2 * text.length
    this.#sizes.set(value, size)
    return size
  }

  /** @throws {StorageFull} if there is no room for this many bytes. */
  check (bytes: number): void {
    if (this.#taken + bytes > this.#limit) this.#taken = this.#count()
    if (this.#taken + bytes <= this.#limit) return
    const what = 'the records, rules and snapshots of all sandboxes, and the bodies of requests that wait,'
    throw new StorageFull(`${what} may take up ${this.#limit} bytes together, and this would be more; reset or drop ` +
      'sandboxes, delete snapshots, or raise the option storage-bytes')
  }

  /** @throws {StorageFull} if there is no room for this many bytes. */
  take (bytes: number): void {
    this.check(bytes)
    this.#taken += bytes
  }

  /**
   * Counts what a request holds while it waits, until the returned function is called.
   * @throws {StorageFull} if there is no room for this many bytes.
   */
  hold (bytes: number): () => void {
    this.take(bytes)
    this.#held += bytes
    return () => {
      this.#held -= bytes
      this.#taken -= bytes
    }
  }

  /** Counts a dataset that is not served any more as stored, as long as a state has it. */
  countEarlier (dataset: object, bytes: number): void {
    this.#earlier.set(dataset, bytes)
    this.#taken += bytes
  }

  // Sandboxes and snapshots share everything that none of them has changed since, so count each object only once.
  #count (): number {
    const counted = new Set<object>()
    let bytes = this.#held
    const count = (value: object, size: number) => {
      if (counted.size < counted.add(value).size) bytes += size
    }
    for (const state of this.#states()) {
      const { dataset, collections, rules } = state
      count(state, stateSize(state))
      count(dataset, this.#earlier.get(dataset) ?? 0)
      for (const { changed } of collections.values()) {
        if (counted.has(changed)) continue
        count(changed, this.sizeOfPlaces(changed.values()))
        for (const record of changed.values()) if (record !== undefined) count(record, this.sizeOf(record))
      }
      for (const { rule } of rules.values()) count(rule, this.sizeOf(rule))
    }
    return bytes
  }
}

/** Returns how many bytes a state takes up besides what it may share with others. */
export function stateSize ({ rules }: Pick<StoredState, 'rules'>): number {
  return perState + perRule * rules.size
}

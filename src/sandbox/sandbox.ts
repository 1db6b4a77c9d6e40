import type { Dataset } from '../dataset/dataset.ts'
import type { OvocRecord, Resource } from '../dataset/resource.ts'
import { guidOf } from '../schema/hash.ts'
import { elapsedMilliseconds, runInTurns, runNow } from './clock.ts'
import type { Clock } from './clock.ts'
import { Collection } from './collection.ts'
import type { Rules } from './rules.ts'
import type { Journal } from './journal.ts'
import { stateSize } from './storage.ts'
import type { Storage } from './storage.ts'

/** How often long work on a sandbox begins. */
const maxTries = 5

/**
 * One isolated OVOC: everything that it remembers, on top of a shared dataset. `renewed` makes another one with the
 * same name. So requests under way never touch a state that began after them.
 */
export class Sandbox {
  readonly name: string
  readonly storage: Storage
  readonly journal: Journal
  readonly usage: Usage
  /** The snapshots by name. A reset keeps them. */
  readonly snapshots: Map<string, Snapshot>
  readonly dataset: Dataset
  readonly clock: Clock
  readonly rules: Rules
  readonly #state: SandboxState
  /** This sandbox over fixtures that were read later. */
  movedTo: Sandbox | undefined
  /** How many requests under way use this state. */
  users = 0

  /**
   * @param former the sandbox that this one replaces. They share everything except the state.
   */
  constructor (name: string, storage: Storage, journal: Journal, state: SandboxState, former?: Sandbox) {
    this.name = name
    this.storage = storage
    this.journal = journal
    this.usage = former?.usage ?? new Usage()
    this.snapshots = former?.snapshots ?? new Map()
    this.dataset = state.dataset
    this.clock = state.clock
    this.rules = state.rules
    this.#state = state
  }

  /** Returns the same sandbox in a copy of another state. */
  renewed (state: SandboxState): Sandbox {
    return new Sandbox(this.name, this.storage, this.journal, copyOf(state), this)
  }

  /** Returns the same sandbox with other records, and perhaps changes to them. Clock, rules and id sequence go on. */
  withDataset (dataset: Dataset, collections: SandboxState['collections'] = new Map()): Sandbox {
    const nextId = Math.max(dataset.nextId, this.nextId)
    return this.renewed({ ...this.#state, dataset, nextId, collections })
  }

  /** Returns the same sandbox with the records of another one. Clock, rules and id sequence go on. */
  withRecordsOf (other: Sandbox): Sandbox {
    const renewed = this.withDataset(other.dataset, other.#state.collections)
    renewed.reserveId(other.nextId - 1)
    return renewed
  }

  /** Returns the sandbox's records of a resource. */
  collection<Wire extends OvocRecord> (resource: Resource<Wire>): Collection<Wire> {
    const { collections } = this.#state
    const known = collections.get(resource.name)
    if (known !== undefined) return known
    const collection = new Collection(resource, this.dataset, this.storage)
    collections.set(resource.name, collection)
    return collection
  }

  /** Returns the records of a resource by its name. Relations know only that name. */
  named (resourceName: string): Collection<OvocRecord> {
    return this.collection(this.dataset.resources.get(resourceName) as Resource<any>)
  }

  /** Returns how many records the sandbox has, by resource. */
  async counts (): Promise<Record<string, number>> {
    const counts: Record<string, number> = {}
    for (const name of this.dataset.resources.keys()) counts[name] = await this.named(name).count()
    return counts
  }

  /** Returns a record of a resource, found by the resource's name. */
  find (resourceName: string, id: number): OvocRecord | undefined {
    return this.named(resourceName).get(id)
  }

  /** The lowest id that the sequence has not reached. */
  get nextId (): number {
    return this.#state.nextId
  }

  /** Returns the next id of the sequence that all records share. It skips ids that the resource already has. */
  freeId (resource: Resource<any>): number {
    let id = this.#state.nextId
    // An id in the block of a generated customer is for that customer's own records, listed or not.
    while (this.collection(resource).lists(id) || this.dataset.generated.isInBlock(resource, id)) id++
    return id
  }

  /**
   * Adds a record under an id from `freeId`.
   * @throws {StorageFull} The id then stays free.
   */
  create<Wire extends OvocRecord> (resource: Resource<Wire>, id: number, record: Wire): Wire {
    this.collection(resource).set(id, record)
    this.reserveId(id)
    return record
  }

  /** Keeps the sequence above the id of a new record. */
  reserveId (id: number): void {
    this.#state.nextId = Math.max(this.#state.nextId, id + 1)
  }

  /** Returns the next GUID of a sequence that follows from the seed. */
  nextGuid (): string {
    return guidOf(`${this.dataset.seed}/${this.#state.guids++}`)
  }

  /** How many records differ from the dataset. */
  get changes (): number {
    return [...this.#state.collections.values()].reduce((sum, { changed }) => sum + changed.size, 0)
  }

  /** How often a record changed since this state began. */
  get edits (): number {
    return [...this.#state.collections.values()].reduce((sum, { edits }) => sum + edits, 0)
  }

  /** The same sandbox over the fixtures that were read last. A request under way goes on there. */
  get present (): Sandbox {
    return this.movedTo?.present ?? this
  }

  /**
   * Runs long work on the present records in turns. If another request changes them meanwhile, or the fixtures below
   * them are read again, it begins again, the last time in one piece.
   * @param finish is called with the result, before another request can change the records.
   */
  async retryInTurns<Result> (
    work: (sandbox: Sandbox) => Generator<void, Result>, finish: (sandbox: Sandbox, result: Result) => void
  ): Promise<void> {
    for (let tries = 0; tries < maxTries; tries++) {
      const { present, present: { edits } } = this
      const isSame = () => this.present === present && present.edits === edits
      try {
        const result = await runInTurns(work(present))
        if (isSame()) return finish(present, result)
      } catch (error) {
        // Otherwise it may have seen records of before and of after a change.
        if (isSame()) throw error
      }
    }
    finish(this.present, runNow(work(this.present)))
  }

  /** Yields the sandbox's own state and those of its snapshots. */
  * states (): Generator<SandboxState> {
    yield this.#state
    for (const { state } of this.snapshots.values()) yield state
  }

  /**
   * Returns a copy of the state. The two share everything that neither changes later.
   * @throws {StorageFull}
   */
  save (): SandboxState {
    this.storage.take(stateSize(this.#state))
    return copyOf(this.#state)
  }
}

function copyOf (state: SandboxState): SandboxState {
  return {
    ...state,
    clock: state.clock.copy(),
    collections: new Map(Array.from(state.collections, ([name, collection]) => [name, collection.copy()])),
    rules: state.rules.copy()
  }
}

/** Measures how long a sandbox has existed, and how long it has been idle. */
class Usage {
  #pending = 0
  readonly #first = elapsedMilliseconds()
  #last = elapsedMilliseconds()

  /** How long the sandbox has existed, in milliseconds. */
  get age (): number {
    return elapsedMilliseconds() - this.#first
  }

  /** How long the sandbox has not been in use, in milliseconds. */
  get idle (): number {
    return this.#pending > 0 ? 0 : elapsedMilliseconds() - this.#last
  }

  /** Records a use at an instant of `elapsedMilliseconds`. Default: now. */
  note (at = elapsedMilliseconds()): void {
    this.#last = at
  }

  /** Records a use that lasts until the returned function is called. */
  begin (): () => void {
    this.#pending++
    return () => {
      this.#pending--
      this.note()
    }
  }
}

/** Everything that a restore or a reset of a sandbox brings back. */
export interface SandboxState {
  /** The dataset below the collections. */
  dataset: Dataset
  clock: Clock
  collections: Map<string, Collection<any>>
  rules: Rules
  /** How many GUIDs `nextGuid` has returned. */
  guids: number
  nextId: number
}

/** A state of a sandbox that is kept under a name. */
export interface Snapshot {
  name: string
  /** The sandbox's `changes` when the snapshot was taken. */
  changes: number
  createdAt: Date
  state: SandboxState
}

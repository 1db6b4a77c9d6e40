import type { Dataset } from '../dataset/dataset.ts'
import type { OvocRecord, Resource } from '../dataset/resource.ts'
import { guidOf } from '../schema/hash.ts'
import { Clock, elapsedMilliseconds } from './clock.ts'
import { Collection } from './collection.ts'
import type { Rule } from './rule.ts'
import { Rules } from './rules.ts'
import { Journal } from './journal.ts'
import { stateSize } from './storage.ts'
import type { Storage } from './storage.ts'

/** What a sandbox begins with. */
export interface SandboxSetUp {
  /** The server's own; a reset brings them back. */
  rules: readonly Rule[]
  /** How many requests the journal holds; 0 switches it off. */
  journalEntries: number
  /** The memory that all journals share. */
  storage: Storage
}

/**
 * One isolated OVOC: all that it remembers, laid over a dataset that it shares. `renewed` makes another one of the same
 * name, so that requests under way never touch a state that began after them.
 */
export class Sandbox {
  readonly name: string
  readonly usage: Usage
  /** By name; a reset leaves them. */
  readonly snapshots: Map<string, Snapshot>
  readonly journal: Journal
  readonly storage: Storage
  readonly #setUp: SandboxSetUp
  readonly #state: SandboxState

  /**
   * @param former the sandbox whose place this one takes. They share all but the state.
   */
  constructor (name: string, setUp: SandboxSetUp, state: SandboxState, former?: Sandbox) {
    this.name = name
    this.usage = former?.usage ?? new Usage()
    this.snapshots = former?.snapshots ?? new Map()
    this.journal = former?.journal ?? new Journal(setUp.journalEntries, setUp.storage.journals)
    this.storage = setUp.storage
    this.#setUp = setUp
    this.#state = state
  }

  /** The same sandbox in a copy of another state. */
  renewed (state: SandboxState): Sandbox {
    return new Sandbox(this.name, this.#setUp, copyOf(state), this)
  }

  /** The same sandbox with other records, and perhaps changes of them. Clock, rules and id sequence go on. */
  withDataset (dataset: Dataset, collections: SandboxState['collections'] = new Map()): Sandbox {
    const nextId = Math.max(dataset.nextId, this.nextId)
    return this.renewed({ ...this.#state, dataset, nextId, collections })
  }

  get dataset (): Dataset {
    return this.#state.dataset
  }

  get clock (): Clock {
    return this.#state.clock
  }

  get rules (): Rules {
    return this.#state.rules
  }

  /** The sandbox's records of a resource. */
  collection<Wire extends OvocRecord> (resource: Resource<Wire>): Collection<Wire> {
    const { collections } = this.#state
    const known = collections.get(resource.name)
    if (known !== undefined) return known
    const collection = new Collection(resource, this.dataset, this.storage)
    collections.set(resource.name, collection)
    return collection
  }

  /** The records of a resource that is known by name only, as relations are. */
  named (resourceName: string): Collection<OvocRecord> {
    return this.collection(this.dataset.resources.get(resourceName) as Resource<any>)
  }

  /** How many records it has, by resource. */
  async counts (): Promise<Record<string, number>> {
    const counts: Record<string, number> = {}
    for (const name of this.dataset.resources.keys()) counts[name] = await this.named(name).count()
    return counts
  }

  /** A record of a resource that is known by name only. */
  find (resourceName: string, id: number): OvocRecord | undefined {
    return this.named(resourceName).get(id)
  }

  /** The lowest id that the sequence has not reached. */
  get nextId (): number {
    return this.#state.nextId
  }

  /** The next id of the sequence that all records share. It skips ids that the resource already has. */
  freeId (resource: Resource<any>): number {
    let id = this.#state.nextId
    while (this.collection(resource).lists(id) || this.dataset.isReserved(resource, id)) id++
    return id
  }

  /** Takes the next free id. */
  takeId (resource: Resource<any>): number {
    const id = this.freeId(resource)
    this.reserveId(id)
    return id
  }

  /** Keeps the sequence above an id that a record was given. */
  reserveId (id: number): void {
    this.#state.nextId = Math.max(this.#state.nextId, id + 1)
  }

  /** The next of a sequence of GUIDs that follows from the seed. */
  nextGuid (): string {
    return guidOf(`${this.dataset.seed}/${this.#state.guids++}`)
  }

  /** How many records differ from the dataset. */
  get changes (): number {
    return [...this.#state.collections.values()].reduce((sum, { changes }) => sum + changes, 0)
  }

  /** Its own state and those of its snapshots. */
  * states (): Generator<SandboxState> {
    yield this.#state
    for (const { state } of this.snapshots.values()) yield state
  }

  /**
   * Copies the state. Both share what neither changes later.
   * @throws {StorageFull}
   */
  save (): SandboxState {
    this.storage.take(stateSize(this.#state))
    return copyOf(this.#state)
  }
}

/** The state of a sandbox that nothing has changed. */
export function firstState (dataset: Dataset, rules: readonly Rule[]): SandboxState {
  const { seed, nextId } = dataset
  return { dataset, clock: new Clock(), collections: new Map(), rules: new Rules(seed, rules), guids: 0, nextId }
}

function copyOf (state: SandboxState): SandboxState {
  return {
    ...state,
    clock: state.clock.copy(),
    collections: new Map(Array.from(state.collections, ([name, collection]) => [name, collection.copy()])),
    rules: state.rules.copy()
  }
}

/** Since when a sandbox is there, and when it was last in use. */
class Usage {
  #pending = 0
  readonly #first = elapsedMilliseconds()
  #last = elapsedMilliseconds()

  /** For how long the sandbox has been there, in milliseconds. */
  get age (): number {
    return elapsedMilliseconds() - this.#first
  }

  /** For how long it has not been in use, in milliseconds. */
  get idle (): number {
    return this.#pending > 0 ? 0 : elapsedMilliseconds() - this.#last
  }

  /** Notes a use at an instant of `elapsedMilliseconds`. Default: now. */
  note (at = elapsedMilliseconds()): void {
    this.#last = at
  }

  /** Notes a use that lasts until the returned function is called. */
  begin (): () => void {
    this.#pending++
    return () => {
      this.#pending--
      this.note()
    }
  }
}

/** All that a sandbox can be set back to. */
export interface SandboxState {
  /** What the collections lie over. */
  dataset: Dataset
  clock: Clock
  collections: Map<string, Collection<any>>
  rules: Rules
  /** How many GUIDs were given out. */
  guids: number
  nextId: number
}

/** A state that is kept under a name. */
export interface Snapshot {
  name: string
  /** The sandbox's `changes` at that time. */
  changes: number
  createdAt: Date
  state: SandboxState
}

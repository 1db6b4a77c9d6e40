import type { ServerResponse } from 'node:http'
import type { Dataset } from '../dataset/dataset.ts'
import { clearTimeout, setTimeout } from '../node.ts'
import { Clock, inTurns } from './clock.ts'
import { Journal } from './journal.ts'
import type { DropReason } from './journal-entry.ts'
import { rebase } from './rebase.ts'
import type { Rule } from './rule.ts'
import { Rules } from './rules.ts'
import { Sandbox } from './sandbox.ts'
import type { SandboxState } from './sandbox.ts'
import { Storage } from './storage.ts'

/** How many sandboxes are kept besides the default one, how long they are kept, and the settings of each. */
interface SandboxLimits {
  /** The rules of the server's options. A reset brings them back. */
  rules: readonly Rule[]
  /** How many requests each journal holds; 0 switches it off. */
  journalEntries: number
  /** How many bytes of memory all sandboxes may use together for what they store. */
  storageBytes: number
  maxSandboxes: number
  /** Seconds without a request, including pending ones, after which a sandbox is dropped; 0 means never. */
  sandboxTtl: number
}

const defaultName = 'default'

/**
 * The sandboxes of one server. The first request to a sandbox opens it. A sandbox is dropped when it is idle or when
 * there are too many.
 */
export class Sandboxes {
  /** The records that sandboxes begin with. */
  dataset: Dataset
  /** The present dataset and all earlier ones. A restored snapshot may use an earlier one. */
  readonly #served: WeakSet<Dataset>
  readonly #limits: SandboxLimits
  readonly #storage: Storage
  /** The sandbox of each port, by name. Requests to the port belong to it unless they name another one. */
  readonly ofPorts = new Map<number | undefined, string>()
  /** The default sandbox, then the others in the order of their last use. */
  readonly #opened = new Map<string, Sandbox>()
  /** Sandboxes that were dropped or replaced, or are copies, but that requests under way still use. */
  readonly #former = new Set<Sandbox>()
  #sweep: NodeJS.Timeout | undefined
  /** Whether the server is closing or has closed. */
  areClosed = false

  constructor (dataset: Dataset, limits: SandboxLimits) {
    this.dataset = dataset
    this.#served = new WeakSet([dataset])
    this.#limits = limits
    this.#storage = new Storage(limits.storageBytes, () => {
      return [...this.values(), ...this.#former].flatMap(sandbox => [...sandbox.states()])
    })
    this.open(defaultName)
  }

  /** The sandbox of every request that names none. It is never dropped. */
  get default (): Sandbox {
    return this.#opened.get(defaultName) as Sandbox
  }

  /**
   * Returns the sandbox with this name, and opens it first if it is not open. Without a name it is the default one.
   * @param at the time of this use, in `elapsedMilliseconds`. Default: now.
   */
  open (name?: string, at?: number): Sandbox {
    return this.keep(this.find(name) ?? this.create(name), at)
  }

  /** Keeps a sandbox, as the one used last. If there are too many, the one used longest ago is dropped. */
  keep (sandbox: Sandbox, at?: number): Sandbox {
    const { name } = sandbox
    if (this.find(name) !== sandbox) this.#retire(name)
    sandbox.usage.note(at)
    if (name !== defaultName) this.#opened.delete(name)
    this.#opened.set(name, sandbox)
    if (this.#opened.size > 1 + this.#limits.maxSandboxes) {
      const [, oldest] = this.#opened.keys()
      this.drop(oldest as string, 'limit')
    }
    this.#dropIdleLater()
    return sandbox
  }

  /** Returns the sandbox with this name, if it is open. Without a name it is the default one. */
  find (name = defaultName): Sandbox | undefined {
    return this.#opened.get(name)
  }

  /** Returns the sandbox with this name. If it is not open, returns a fresh one that is not kept. */
  peek (name?: string): Sandbox {
    const known = this.find(name)
    if (known !== undefined) return known
    const fresh = this.create(name)
    // Nobody could read or empty its journal.
    fresh.journal.close('the sandbox is not open')
    return fresh
  }

  /** Returns a fresh sandbox that is not open. `keep` opens it. */
  create (name = defaultName): Sandbox {
    const journal = new Journal(this.#limits.journalEntries, this.#storage.journals)
    return new Sandbox(name, this.#storage, journal, this.#firstState())
  }

  /** Records that a request uses a sandbox, open or not, until its response is sent or the client has left. */
  enter (sandbox: Sandbox, response: ServerResponse): void {
    if (response.destroyed) return
    const end = sandbox.usage.begin()
    sandbox.users++
    if (this.find(sandbox.name) !== sandbox) this.#former.add(sandbox)
    response.on('close', () => {
      end()
      if (--sandbox.users === 0) this.#former.delete(sandbox)
    })
  }

  /** Something else takes the place of an open sandbox. Its state takes up memory until the last request leaves it. */
  #retire (name: string): void {
    const former = this.#opened.get(name)
    if (former !== undefined && former.users > 0) this.#former.add(former)
  }

  #firstState (): SandboxState {
    const dataset = this.dataset
    const rules = new Rules(dataset.seed, this.#limits.rules)
    return { dataset, clock: new Clock(), collections: new Map(), rules, guids: 0, nextId: dataset.nextId }
  }

  /** Returns the default sandbox first, then the others, the least recently used first. */
  values (): Iterable<Sandbox> {
    return this.#opened.values()
  }

  /** Sets a sandbox back to how it was when opened. Its snapshots stay. Requests under way keep the old state. */
  reset (sandbox: Sandbox): void {
    this.replace(sandbox, sandbox.renewed(this.#firstState()))
    sandbox.journal.reset()
  }

  /**
   * Replaces the records that sandboxes begin with, and then those of the open sandboxes, one after another. Their
   * changes stay on top. Other requests get their turn meanwhile; each sees the old records of its sandbox or the new
   * ones. Snapshots do not change, and neither do sandboxes that got their own records.
   * @returns the records whose change did not fit the new records and is gone.
   * @throws {StorageFull} if snapshots keep the old records, and there is no room for those. Then nothing changes.
   */
  async reload (dataset: Dataset): Promise<string[]> {
    const former = this.dataset
    if (former !== dataset) {
      let bytes = 0
      for await (const record of inTurns(former.fixtures())) bytes += this.#storage.sizeOf(record)
      const snapshots = [...this.values()].flatMap(sandbox => [...sandbox.snapshots.values()])
      if (snapshots.some(({ state }) => state.dataset === former)) this.#storage.check(bytes)
      this.#storage.countEarlier(former, bytes)
    }
    this.dataset = dataset
    this.#served.add(dataset)
    const allLost: string[] = []
    for await (const sandbox of inTurns([...this.values()])) {
      if (!this.#served.has(sandbox.dataset) || sandbox.dataset === dataset) continue
      await sandbox.retryInTurns(present => rebase(present, dataset), (present, { collections, lost }) => {
        // It may have been reset, restored or dropped meanwhile.
        if (this.find(present.name) !== present) return
        present.movedTo = present.withDataset(dataset, collections)
        this.replace(present, present.movedTo)
        for (const record of lost) allLost.push(`${record} in the sandbox ${present.name}`)
      })
    }
    if (former !== dataset) former.generated.forget()
    return allLost
  }

  /** Replaces a sandbox with one that was made from it. Requests under way keep the one that they began in. */
  replace (sandbox: Sandbox, renewed: Sandbox): void {
    const { name } = sandbox
    if (this.find(name)?.journal !== sandbox.journal) return
    this.#retire(name)
    this.#opened.set(name, renewed)
  }

  /** Drops a sandbox other than the default one. The default journal notes it. Its next request opens a fresh one. */
  drop (name: string, reason: DropReason): void {
    this.#opened.get(name)?.journal.close('the sandbox was dropped')
    this.#retire(name)
    this.#opened.delete(name)
    const time = this.default.clock.now().getTime()
    this.default.journal.note({ id: 0, size: 0, time, event: 'sandbox-dropped', sandbox: name, reason })
  }

  // One timer waits for the sandbox that has been idle longest. It does not keep the process alive.
  #dropIdleLater (): void {
    const ttl = this.#limits.sandboxTtl * 1000
    if (this.#sweep !== undefined || ttl === 0 || this.#opened.size === 1) return
    let longest = 0
    const [, ...others] = this.#opened.values()
    for (const { usage } of others) longest = Math.max(longest, usage.idle)
    this.#sweep = setTimeout(() => {
      this.#sweep = undefined
      const [, ...others] = this.#opened.values()
      for (const { name, usage } of others) if (usage.idle >= ttl) this.drop(name, 'idle')
      this.#dropIdleLater()
    }, ttl - longest + 1).unref()
  }

  /** Ends all waits for requests. Clients in this process can make no more calls. */
  close (): void {
    this.areClosed = true
    for (const { journal } of this.values()) journal.close('the server closes')
    clearTimeout(this.#sweep)
  }
}

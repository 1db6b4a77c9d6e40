import type { Dataset } from '../dataset/dataset.ts'
import { clearTimeout, setTimeout } from '../node.ts'
import { rebase } from './rebase.ts'
import { Storage } from './storage.ts'
import type { DropReason } from './journal-entry.ts'
import { Sandbox, firstState } from './sandbox.ts'
import type { SandboxSetUp, SandboxState } from './sandbox.ts'

/** How many sandboxes are kept besides the default one, how long they are kept, and the settings of each. */
export interface SandboxLimits extends Omit<SandboxSetUp, 'storage'> {
  /** How many bytes of memory all sandboxes may use together for what they store. */
  storageBytes: number
  maxSandboxes: number
  /** Seconds without a request, including pending ones, after which a sandbox is dropped; 0 means never. */
  sandboxTtl: number
}

/**
 * The sandboxes of one server. The first request to a sandbox opens it. A sandbox is dropped when it is idle or when
 * there are too many.
 */
export class Sandboxes {
  #dataset: Dataset
  /** The present dataset and all earlier ones. A restored snapshot may use an earlier one. */
  readonly #served: WeakSet<Dataset>
  readonly #limits: SandboxLimits & SandboxSetUp
  #default: Sandbox
  /** The sandbox of each port, by name. Requests to the port belong to it unless they name another one. */
  readonly ofPorts = new Map<number | undefined, string>()
  /** The sandboxes besides the default one, in the order of their last use. */
  readonly #opened = new Map<string, Sandbox>()
  #sweep: NodeJS.Timeout | undefined
  /** Whether the server is closing or has closed. */
  areClosed = false

  constructor (dataset: Dataset, limits: SandboxLimits) {
    this.#dataset = dataset
    this.#served = new WeakSet([dataset])
    this.#limits = { ...limits, storage: new Storage(limits.storageBytes, () => this.values()) }
    this.#default = new Sandbox('default', this.#limits, firstState(dataset, limits.rules))
  }

  /** The sandbox of every request that names none. It is never dropped. */
  get default (): Sandbox {
    return this.#default
  }

  /**
   * Returns the sandbox with this name, and opens it first if it is not open. Without a name it is the default one.
   * @param at the time of this use, in `elapsedMilliseconds`. Default: now.
   */
  open (name = this.default.name, at?: number): Sandbox {
    return this.keep(this.peek(name), at)
  }

  /** Keeps a sandbox, as the one used last. If there are too many, the one used longest ago is dropped. */
  keep (sandbox: Sandbox, at?: number): Sandbox {
    const { name } = sandbox
    sandbox.usage.note(at)
    if (name === this.default.name) {
      this.#default = sandbox
      return sandbox
    }
    this.#opened.delete(name)
    this.#opened.set(name, sandbox)
    if (this.#opened.size > this.#limits.maxSandboxes) {
      const [oldest] = this.#opened.keys() as Iterable<string>
      this.drop(oldest as string, 'limit')
    }
    this.#dropIdleLater()
    return sandbox
  }

  /** Returns the sandbox with this name, if it is open. Without a name it is the default one. */
  find (name = this.default.name): Sandbox | undefined {
    return name === this.default.name ? this.default : this.#opened.get(name)
  }

  /** Returns the sandbox with this name. If it is not open, returns a fresh one that is not kept. */
  peek (name?: string): Sandbox {
    const { rules } = this.#limits
    return this.find(name) ?? new Sandbox(name as string, this.#limits, firstState(this.#dataset, rules))
  }

  /** Yields the default sandbox first, then the others, the least recently used first. */
  * values (): Generator<Sandbox> {
    yield this.default
    yield * this.#opened.values()
  }

  /** Sets a sandbox back to how it was when opened. Its snapshots stay. Requests under way keep the old state. */
  reset (sandbox: Sandbox): void {
    this.replace(sandbox, sandbox.renewed(firstState(this.#dataset, this.#limits.rules)))
    sandbox.journal.reset()
  }

  /**
   * Replaces the records that sandboxes begin with. Changes stay on top. Snapshots do not change, and neither do
   * sandboxes that got their own records.
   * @returns the records whose change did not fit the new records and is gone.
   */
  reload (dataset: Dataset): string[] {
    const served = [...this.values()].filter(sandbox => this.#served.has(sandbox.dataset))
    const moves = served.map(sandbox => ({ sandbox, ...rebase(sandbox, dataset) }))
    this.#dataset = dataset
    this.#served.add(dataset)
    for (const { sandbox, rebased } of moves) this.replace(sandbox, rebased)
    return moves.flatMap(({ sandbox, lost }) => lost.map(record => `${record} in the sandbox ${sandbox.name}`))
  }

  /** Sets a sandbox back to a copy of a state. */
  restore (sandbox: Sandbox, state: SandboxState): void {
    this.replace(sandbox, sandbox.renewed(state))
  }

  /** Replaces a sandbox with one that was made from it. Requests under way keep the one that they began in. */
  replace (sandbox: Sandbox, renewed: Sandbox): void {
    const { name } = sandbox
    if (this.find(name)?.journal !== sandbox.journal) return
    if (name === this.default.name) this.#default = renewed
    else this.#opened.set(name, renewed)
  }

  /** Drops a sandbox other than the default one. The default journal notes it. Its next request opens a fresh one. */
  drop (name: string, reason: DropReason): void {
    this.#opened.get(name)?.journal.close('the sandbox was dropped')
    this.#opened.delete(name)
    const time = this.default.clock.now().getTime()
    this.default.journal.note({ id: 0, size: 0, time, event: 'sandbox-dropped', sandbox: name, reason })
  }

  // One timer waits for the sandbox that has been idle longest. It does not keep the process alive.
  #dropIdleLater (): void {
    const ttl = this.#limits.sandboxTtl * 1000
    if (this.#sweep !== undefined || ttl === 0 || this.#opened.size === 0) return
    let longest = 0
    for (const { usage } of this.#opened.values()) longest = Math.max(longest, usage.idle)
    this.#sweep = setTimeout(() => {
      this.#sweep = undefined
      for (const { name, usage } of this.#opened.values()) if (usage.idle >= ttl) this.drop(name, 'idle')
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

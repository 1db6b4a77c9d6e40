import type { Dataset } from '../dataset/dataset.ts'
import { clearTimeout, setTimeout } from '../node.ts'
import { rebase } from './rebase.ts'
import { Storage } from './storage.ts'
import type { DropReason } from './journal-entry.ts'
import { Sandbox, firstState } from './sandbox.ts'
import type { SandboxSetUp, SandboxState } from './sandbox.ts'

/** How many sandboxes are kept, besides the default one, for how long, and what each begins with. */
export interface SandboxLimits extends Omit<SandboxSetUp, 'storage'> {
  /** How many bytes of memory all that the sandboxes store may take up together. */
  storageBytes: number
  maxSandboxes: number
  /** Seconds without a request, pending ones included, after which a sandbox is dropped; 0 is never. */
  sandboxTtl: number
}

/** The sandboxes of one server: opened by their first request, dropped when idle or when there are too many. */
export class Sandboxes {
  #dataset: Dataset
  /** That dataset, and those before it: a restored snapshot may lie over one. */
  readonly #served: WeakSet<Dataset>
  readonly #limits: SandboxLimits & SandboxSetUp
  #default: Sandbox
  /** The names of sandboxes to which all requests to a port belong that name no other. */
  readonly ofPorts = new Map<number | undefined, string>()
  /** In the order of their last use. */
  readonly #opened = new Map<string, Sandbox>()
  #sweep: NodeJS.Timeout | undefined
  /** Whether their server closes or has closed. */
  areClosed = false

  constructor (dataset: Dataset, limits: SandboxLimits) {
    this.#dataset = dataset
    this.#served = new WeakSet([dataset])
    this.#limits = { ...limits, storage: new Storage(limits.storageBytes, () => this.values()) }
    this.#default = new Sandbox('default', this.#limits, firstState(dataset, limits.rules))
  }

  /** The sandbox of every request that names none; it is never dropped. */
  get default (): Sandbox {
    return this.#default
  }

  /**
   * Opens the sandbox of a name, if it is not open; without a name it is the default one.
   * @param at when it is used, in `elapsedMilliseconds`. Default: now.
   */
  open (name = this.default.name, at?: number): Sandbox {
    const sandbox = this.peek(name)
    sandbox.usage.note(at)
    if (sandbox === this.default) return sandbox
    this.#opened.delete(name)
    this.#opened.set(name, sandbox)
    if (this.#opened.size > this.#limits.maxSandboxes) {
      const [oldest] = this.#opened.keys() as Iterable<string>
      this.drop(oldest as string, 'limit')
    }
    this.#dropIdleLater()
    return sandbox
  }

  /** The sandbox of a name, if it is open; without a name the default one. */
  find (name = this.default.name): Sandbox | undefined {
    return name === this.default.name ? this.default : this.#opened.get(name)
  }

  /** The sandbox of a name; where there is none, one that is as it would be opened, but that nothing keeps. */
  peek (name?: string): Sandbox {
    const { rules } = this.#limits
    return this.find(name) ?? new Sandbox(name as string, this.#limits, firstState(this.#dataset, rules))
  }

  /** The default one first, then the least recently used. */
  * values (): Generator<Sandbox> {
    yield this.default
    yield * this.#opened.values()
  }

  /** Sets a sandbox back to how it was when opened; its snapshots stay. Requests under way go on as if it were not. */
  reset (sandbox: Sandbox): void {
    this.replace(sandbox, sandbox.renewed(firstState(this.#dataset, this.#limits.rules)))
    sandbox.journal.reset()
  }

  /**
   * Puts other records in the place of those that sandboxes begin with. Changes stay on top; snapshots, and sandboxes
   * that got records of their own, stay as they are.
   * @returns the records whose change does not fit the new ones, and is gone.
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

  /** Puts a sandbox in the place of one that it was made of. Requests under way keep the one that they began in. */
  replace (sandbox: Sandbox, renewed: Sandbox): void {
    const { name } = sandbox
    if (this.find(name)?.journal !== sandbox.journal) return
    if (name === this.default.name) this.#default = renewed
    else this.#opened.set(name, renewed)
  }

  /** Forgets a sandbox other than the default one, whose journal notes it. Its next request opens a fresh one. */
  drop (name: string, reason: DropReason): void {
    this.#opened.get(name)?.journal.close('the sandbox was dropped')
    this.#opened.delete(name)
    const time = this.default.clock.now().getTime()
    this.default.journal.note({ id: 0, size: 0, time, event: 'sandbox-dropped', sandbox: name, reason })
  }

  // One timer for the sandbox that has been idle longest; it keeps no process alive.
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

  /** Ends all who wait for requests, and accepts no calls of clients in this process any more. */
  close (): void {
    this.areClosed = true
    for (const { journal } of this.values()) journal.close('the server closes')
    clearTimeout(this.#sweep)
  }
}

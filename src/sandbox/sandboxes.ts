import type { Dataset } from '../dataset/dataset.ts'
import { elapsedMilliseconds } from './clock.ts'
import type { DropReason } from './journal-entry.ts'
import { Sandbox } from './sandbox.ts'
import type { SandboxSetUp } from './sandbox.ts'

/** How many sandboxes are kept, besides the default one, for how long, and what each begins with. */
export interface SandboxLimits extends SandboxSetUp {
  maxSandboxes: number
  /** Seconds without a request after which a sandbox is dropped; 0 is never. */
  sandboxTtl: number
}

/** The sandboxes of one server: opened by their first request, dropped when idle or when there are too many. */
export class Sandboxes {
  /** The sandbox of every request that names none; it is never dropped. */
  readonly default: Sandbox
  readonly #dataset: Dataset
  readonly #limits: SandboxLimits
  /** In the order of their last use. */
  readonly #opened = new Map<string, Sandbox>()
  #sweep: NodeJS.Timeout | undefined

  constructor (dataset: Dataset, limits: SandboxLimits) {
    this.#dataset = dataset
    this.#limits = limits
    this.default = new Sandbox('default', dataset, limits)
  }

  /** The sandbox of a name, opened when there is none. */
  open (name: string): Sandbox {
    if (name === this.default.name) return this.default
    const sandbox = this.#opened.get(name) ?? new Sandbox(name, this.#dataset, this.#limits)
    sandbox.lastUsed = elapsedMilliseconds()
    this.#opened.delete(name)
    this.#opened.set(name, sandbox)
    this.#dropExcess()
    this.#sweepLater()
    return sandbox
  }

  has (name: string): boolean {
    return name === this.default.name || this.#opened.has(name)
  }

  /** The default one first, then the least recently used. */
  * values (): Generator<Sandbox> {
    yield this.default
    yield * this.#opened.values()
  }

  /** Forgets a sandbox other than the default one, whose journal says so; the next request for it opens a fresh one. */
  drop (name: string, reason: DropReason): void {
    this.#opened.get(name)?.journal.close('the sandbox was dropped')
    this.#opened.delete(name)
    this.default.journal.note({ id: 0, size: 0, time: this.default.clock.ago(0), event: 'sandbox-dropped', sandbox: name, reason })
  }

  #dropExcess (): void {
    if (this.#opened.size <= this.#limits.maxSandboxes) return
    const [oldest] = this.#opened.keys() as Iterable<string>
    this.drop(oldest as string, 'limit')
  }

  // One timer for the least recently used; it keeps no process alive.
  #sweepLater (): void {
    if (this.#sweep !== undefined || this.#limits.sandboxTtl === 0) return
    const [oldest] = this.#opened.values() as Iterable<Sandbox>
    if (oldest === undefined) return
    const idle = elapsedMilliseconds() - oldest.lastUsed
    this.#sweep = setTimeout(() => this.#dropIdle(), this.#limits.sandboxTtl * 1000 - idle + 1).unref()
  }

  #dropIdle (): void {
    this.#sweep = undefined
    const deadline = elapsedMilliseconds() - this.#limits.sandboxTtl * 1000
    for (const { name, lastUsed } of this.#opened.values()) if (lastUsed <= deadline) this.drop(name, 'idle')
    this.#sweepLater()
  }

  /** Stops the timer. */
  close (): void {
    clearTimeout(this.#sweep)
  }
}

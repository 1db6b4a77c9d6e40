import type { Entry } from './journal-entry.ts'

/** Who wants to know what happens in a journal; each is told in the middle of other work, so it must be quick. */
export interface Watcher {
  added (entry: Entry): void
  /** The journal is empty from now on. */
  emptied (reason: string): void
  /** Nothing comes any more. */
  closed (reason: string): void
  /** It threw an error at what it was told, and is told nothing more. */
  failed (error: Error): void
}

/** Those who watch one journal. */
export class Watchers {
  readonly #watchers = new Set<Watcher>()
  #closed: string | undefined

  /** Adds one until the function that is given back is called; where nothing comes any more it is told so. */
  add (watcher: Watcher): () => void {
    this.#watchers.add(watcher)
    const reason = this.#closed
    if (reason !== undefined) queueMicrotask(() => watcher.closed(reason))
    return () => this.#watchers.delete(watcher)
  }

  // What a watcher can't do is not the problem of the request that it sees.
  tell (entry: Entry): void {
    for (const watcher of this.#watchers) {
      try {
        watcher.added(entry)
      } catch (error) {
        this.#watchers.delete(watcher)
        watcher.failed(error as Error)
      }
    }
  }

  tellEmptied (reason: string): void {
    for (const watcher of this.#watchers) watcher.emptied(reason)
  }

  tellClosed (reason: string): void {
    this.#closed = reason
    for (const watcher of this.#watchers) watcher.closed(reason)
  }
}

import type { Socket } from 'node:net'
import { elapsedMilliseconds } from './clock.ts'

/** When a sandbox was last in use. */
export class Usage {
  /** How many requests each connection has that are not answered yet. */
  readonly #pending = new Map<Socket, number>()
  #last = elapsedMilliseconds()

  /** For how long it has not been in use, in milliseconds. */
  get idle (): number {
    for (const { destroyed } of this.#pending.keys()) if (!destroyed) return 0
    // Node tells nobody of responses that wait behind another one when their client leaves.
    this.#pending.clear()
    return elapsedMilliseconds() - this.#last
  }

  /** It is used at an instant of `elapsedMilliseconds`: this one, unless told. */
  note (at = elapsedMilliseconds()): void {
    this.#last = at
  }

  /** It is used by a request of a connection until the function that is returned is called, or the connection ends. */
  begin (connection: Socket): () => void {
    this.#pending.set(connection, (this.#pending.get(connection) ?? 0) + 1)
    return () => {
      const left = (this.#pending.get(connection) ?? 0) - 1
      if (left > 0) this.#pending.set(connection, left)
      else this.#pending.delete(connection)
      this.note()
    }
  }
}

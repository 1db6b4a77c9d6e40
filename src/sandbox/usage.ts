import { elapsedMilliseconds } from './clock.ts'
import type { Turn } from './turn.ts'

/** When a sandbox was last in use. */
export class Usage {
  readonly #turn: Turn
  #pending = 0
  #last: number

  constructor (turn: Turn) {
    this.#turn = turn
    this.#last = turn.began.elapsed
  }

  /** For how long it has not been in use, in milliseconds. */
  get idle (): number {
    return this.#pending > 0 ? 0 : elapsedMilliseconds() - this.#last
  }

  /** It is used at this moment. */
  note (): void {
    this.#last = this.#turn.began.elapsed
  }

  /** It is used until the function that is given back is called. */
  begin (): () => void {
    this.#pending++
    return () => {
      this.#pending--
      this.note()
    }
  }
}

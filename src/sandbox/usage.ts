import { elapsedMilliseconds } from './clock.ts'

/** When a sandbox was last in use. */
export class Usage {
  #pending = 0
  #last = elapsedMilliseconds()

  /** For how long it has not been in use, in milliseconds. */
  get idle (): number {
    return this.#pending > 0 ? 0 : elapsedMilliseconds() - this.#last
  }

  /** It is used at an instant of `elapsedMilliseconds`: this one, unless told. */
  note (at = elapsedMilliseconds()): void {
    this.#last = at
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

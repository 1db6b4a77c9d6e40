import { setImmediate } from 'node:timers'

/** How many answers wait for each other at most: who calls without a socket may do so for long in one turn. */
const mostAnswers = 64

/** The answers that are ready in the present turn of the event loop, in which a server under load handles many requests. */
export class Departures {
  #ready: Array<() => void> = []
  #endOfTurn: NodeJS.Immediate | undefined

  /** Sends an answer with the others at the end of the turn. */
  add (send: () => void): void {
    if (this.#ready.length === mostAnswers) this.sendAll()
    this.#ready.push(send)
    this.#endOfTurn ??= setImmediate(() => this.#endTurn())
  }

  #endTurn (): void {
    this.#endOfTurn = undefined
    this.sendAll()
  }

  /** Sends now, in that order, what is ready. */
  sendAll (): void {
    const ready = this.#ready
    this.#ready = []
    for (const send of ready) send()
  }
}

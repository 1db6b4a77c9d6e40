import type { FastifyReply } from 'fastify'

/** Requests whose response waits; all of them go on at once when the server closes. */
export class DelayedResponses {
  readonly #waiting = new Set<() => void>()
  #isClosed = false

  /**
   * Goes on after some milliseconds, unless the client has left by then. A failure is that of the response alone, not
   * of the process.
   */
  add (milliseconds: number, reply: FastifyReply, goOn: () => void): void {
    const { raw: response } = reply
    if (milliseconds === 0 || this.#isClosed) {
      goOn()
      return
    }
    const end = () => {
      clearTimeout(timer)
      this.#waiting.delete(end)
      response.off('close', end)
      if (response.destroyed) return
      try {
        goOn()
      } catch (error) {
        reply.send(error)
      }
    }
    const timer = setTimeout(end, milliseconds)
    this.#waiting.add(end)
    response.once('close', end)
  }

  close (): void {
    this.#isClosed = true
    for (const end of this.#waiting) end()
  }
}

import type { Server, Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'

/** How often it looks whether readers have read on, in milliseconds. */
const pace = 5

/** The open connections of some servers. */
export class Connections {
  readonly #open = new Set<Socket>()
  #isDestroyed = false

  /** Counts those of a server in. */
  watch (server: Server): void {
    // Until the handshake is over, a connection with TLS is in no list of Node's HTTP server; from then on another socket knows what is unsent.
    for (const event of ['connection', 'secureConnection']) server.on(event, socket => this.#add(socket))
  }

  #add (socket: Socket): void {
    if (this.#isDestroyed) socket.destroy()
    this.#open.add(socket)
    socket.once('close', () => this.#open.delete(socket))
  }

  /** Resolves when no answer waits for its reader, or so many milliseconds are over. */
  async drained (milliseconds: number): Promise<void> {
    for (let left = milliseconds; left > 0 && this.#hasReaders; left -= pace) await setTimeout(pace)
  }

  get #hasReaders (): boolean {
    return Array.from(this.#open).some(({ writableLength }) => writableLength > 0)
  }

  /** Destroys them, and all that come. */
  destroy (): void {
    this.#isDestroyed = true
    for (const socket of this.#open) socket.destroy()
  }
}

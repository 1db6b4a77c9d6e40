import type { Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'

/** With this many requests waiting behind another one, a connection is no longer read. */
const mostPending = 64

/**
 * Limits how many pipelined requests are held, and closes their responses if their client leaves.
 *
 * Node stops reading a connection only if bytes of a response wait on it. It would parse and keep requests without
 * limit while their responses are not made yet.
 *
 * If a client leaves, Node closes only the response that has the connection, not the waiting ones. Their requests would
 * stay under way for ever. Their sandboxes would never be idle, delayed changes would still be made, and searches would
 * run on for nobody.
 */
export function handlePipelining (server: Server | TlsServer): void {
  const connections = new WeakMap<Socket, Connection>()

  server.on('request', ({ socket, headers }, response) => {
    // Node drops the requests that the client pipelined behind this one.
    if (headers.upgrade !== undefined) response.shouldKeepAlive = false

    // A response that has the connection does not wait for another one.
    if (response.socket !== null) return
    let connection = connections.get(socket)
    if (connection === undefined) connections.set(socket, connection = new Connection(socket))
    connection.begin()
    response.once('close', connection.end)

    const close = () => {
      response.destroy()
      response.emit('close')
    }
    socket.setMaxListeners(0).once('close', close)
    response.once('socket', () => socket.off('close', close))
  })
}

/** Counts the requests of a connection that wait behind another one. It stops reading while there are too many. */
class Connection {
  readonly #socket: Socket
  #pending = 0
  #isHeld = false

  constructor (socket: Socket) {
    this.#socket = socket
  }

  begin (): void {
    this.#pending++
    if (this.#pending >= mostPending) this.#hold()
  }

  readonly end = (): void => {
    this.#pending--
    if (this.#pending >= mostPending) this.#hold()
    else if (this.#isHeld) {
      this.#isHeld = false
      this.#socket.resume()
    }
  }

  #hold (): void {
    this.#isHeld = true
    // Node resumes reading at the end of each request and each response, so pause after that.
    process.nextTick(() => { if (this.#isHeld) this.#socket.pause() })
  }
}

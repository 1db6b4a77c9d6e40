import type { Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'

/** From how many requests on that wait behind another one, a connection is not read further. */
const mostPending = 64

/**
 * Bounds what pipelined requests hold, and closes their responses when their client leaves.
 *
 * Node stops reading a connection only when response bytes wait on it. Requests whose responses are not made yet
 * would be parsed and kept without bound.
 *
 * When a client leaves, Node closes only the response that has the connection, not those that wait for it. Their
 * requests would be under way for ever: their sandboxes would never be idle, a delayed change would still be made, a
 * search would go on for nobody.
 */
export function handlePipelining (server: Server | TlsServer): void {
  const connections = new WeakMap<Socket, Connection>()

  server.on('request', ({ socket, headers }, response) => {
    // Node drops what the client pipelined behind such a request.
    if (headers.upgrade !== undefined) response.shouldKeepAlive = false

    // A response that has the connection waits for no other.
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

/** Counts the requests of a connection that wait behind another one, and stops reading while there are too many. */
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
    // Node resumes reading at the end of each request and each response.
    process.nextTick(() => { if (this.#isHeld) this.#socket.pause() })
  }
}

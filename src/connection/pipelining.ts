import type { Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'

/** With this many requests waiting behind another one, a connection is no longer read. */
const maxWaiting = 64

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
  const lines = new WeakMap<Socket, { waiting: number, isHeld: boolean }>()

  server.on('request', ({ socket, headers }, response) => {
    // Node drops the requests that the client pipelined behind this one.
    if (headers.upgrade !== undefined) response.shouldKeepAlive = false

    // A response that has the connection does not wait for another one.
    if (response.socket !== null) return
    const line = lines.get(socket) ?? { waiting: 0, isHeld: false }
    lines.set(socket, line)
    const count = (change: 1 | -1) => {
      line.waiting += change
      if (line.waiting >= maxWaiting) {
        line.isHeld = true
        // Node resumes reading at the end of each request and each response, so pause after that.
        process.nextTick(() => { if (line.isHeld) socket.pause() })
      } else if (line.isHeld) {
        line.isHeld = false
        socket.resume()
      }
    }
    count(1)
    response.once('close', () => count(-1))

    const close = () => {
      response.destroy()
      response.emit('close')
    }
    socket.setMaxListeners(0).once('close', close)
    response.once('socket', () => socket.off('close', close))
  })
}

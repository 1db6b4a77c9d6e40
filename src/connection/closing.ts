import type { Socket } from 'node:net'
import type { Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import { setTimeout } from '../node.ts'

/** How long a closing server waits for clients, in milliseconds. */
const grace = 300

/**
 * Lets a closing server finish the requests under way, but not for long.
 *
 * Fastify and Node close idle connections and wait for the others. That alone would
 * - cut off responses that a client is still reading, since Node calls a connection idle once its response is made;
 * - wait without limit for a sender or reader that has stopped in the middle;
 * - wait two minutes for a client that connected and did not begin the TLS handshake.
 * @returns a function to call when the closing begins. It resolves when everything that is ready has been sent.
 */
export function closeWithinGrace (server: Server | TlsServer): () => Promise<unknown> {
  const open = new Set<Socket>()
  let isClosing = false

  // With TLS there are two sockets. The first exists before the handshake; the second knows what is not sent yet.
  for (const event of ['connection', 'secureConnection']) {
    server.on(event, (socket: Socket) => {
      if (isClosing) socket.destroy()
      open.add(socket)
      socket.once('close', () => open.delete(socket))
    })
  }

  return () => {
    isClosing = true
    setTimeout(() => { for (const socket of open) socket.destroy() }, grace).unref()

    // An empty write ends when everything before it is sent, or when the socket is destroyed.
    const readers = Array.from(open).filter(({ writable, writableLength }) => writable && writableLength > 0)
    return Promise.all(readers.map(socket => new Promise(resolve => socket.write('', resolve))))
  }
}

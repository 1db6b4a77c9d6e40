import type { Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'

/**
 * Closes the responses to pipelined requests when their client leaves.
 *
 * Node closes only the response that has the connection, not those that wait for it. Their requests would be under way
 * for ever: their sandboxes would never be idle, a delayed change would still be made, a search would go on for nobody.
 */
export function closeWaitingResponses (server: Server | TlsServer): void {
  server.on('request', ({ socket }, response) => {
    if (response.socket !== null) return
    const close = () => {
      response.destroy()
      response.emit('close')
    }
    socket.setMaxListeners(0).once('close', close)
    response.once('socket', () => socket.off('close', close))
  })
}

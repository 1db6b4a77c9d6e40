import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Takes no more from a connection, and calls when the whole requests that came on it are answered or it is closed; at once where none
     * waits, and never for a connection of which it waits already.
     */
    endInTurn (socket: Socket, end: () => void): void
  }
}

/**
 * Lets a request that was sent ahead wait for the answer before its own; Node would begin with both, and the later one could be done first.
 * When the connection is closed meanwhile, or that answer is its last, it is not taken. Source: RFC 9112, sections 9.3.2 and 9.6.
 */
export function takeInTurn (app: FastifyInstance): void {
  const latest = new WeakMap<Socket, ServerResponse>()
  // By the answer behind it; only while it is not sent, since each would keep the one before it alive.
  const previous = new WeakMap<ServerResponse, ServerResponse>()
  const ending = new WeakSet<Socket>()
  app.addHook('onRequest', ({ raw: request }, { raw: response }, done) => {
    const { socket } = request
    const before = latest.get(socket)
    const isAhead = before !== undefined && !before.closed
    // It may only wait for the end of the turn.
    if (isAhead && !before.writableEnded) app.departures.sendAll()
    // Read to its end, so that the client's end is seen.
    if (ending.has(socket) || socket.writableEnded || (isAhead && before.writableEnded && isLast(before))) {
      request.resume()
      return
    }
    latest.set(socket, response)
    if (!isAhead) return done()
    previous.set(response, before)
    const isMade = before.writableEnded
    before.once('close', () => {
      const isWanted = previous.delete(response) && !socket.writableEnded
      if (socket.destroyed) closeUnwritten(response)
      else if (!isWanted) request.resume()
      else if (!isMade) done()
    })
    if (isMade) done()
  })
  app.decorate('endInTurn', (socket, end) => {
    app.departures.sendAll()
    if (ending.has(socket)) return
    ending.add(socket)
    const last = lastAnswer(latest.get(socket), previous)
    if (last === undefined || last.closed) end()
    else last.once('close', end)
  })
}

// A request that is not whole is not answered, unless its answer has begun without the rest; nor is it wanted any more.
function lastAnswer (response: ServerResponse | undefined, previous: WeakMap<ServerResponse, ServerResponse>): ServerResponse | undefined {
  if (response === undefined || response.headersSent || response.req.complete) return response
  const before = previous.get(response)
  previous.delete(response)
  return before
}

function isLast (answer: ServerResponse): boolean {
  return !answer.shouldKeepAlive || answer.getHeader('connection') === 'close'
}

// Node closes the answer that has the connection only, not those that wait for it; and in a call of its own, since many may.
function closeUnwritten (response: ServerResponse): void {
  if (response.socket === null) process.nextTick(() => response.destroy().emit('close'))
}

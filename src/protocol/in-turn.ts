import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    /** Calls when all whole requests on a connection are answered, or it is closed; at once where none waits. */
    whenAnswered (socket: Socket, then: () => void): void
  }
}

interface Turn {
  response: ServerResponse
  /** The answer before it, where that was not sent when the request came. */
  previous: ServerResponse | undefined
}

/**
 * Lets a request that was sent ahead wait for the answer before its own; Node would begin with both, and the later one could be done first.
 * When the connection is closed meanwhile, it is not taken. Source: RFC 9112, section 9.3.2.
 */
export function takeInTurn (app: FastifyInstance): void {
  const latest = new WeakMap<Socket, Turn>()
  app.addHook('onRequest', ({ raw: { socket } }, { raw: response }, done) => {
    const previous = unsent(latest.get(socket)?.response)
    latest.set(socket, { response, previous })
    if (previous === undefined) return done()
    // It may only wait for the end of the turn.
    if (!previous.writableEnded) app.departures.sendAll()
    const isMade = previous.writableEnded
    previous.once('close', () => {
      if (socket.destroyed) closeUnwritten(response)
      else if (!isMade) done()
    })
    if (isMade) done()
  })
  app.decorate('whenAnswered', (socket, then) => {
    app.departures.sendAll()
    const last = lastAnswer(latest.get(socket))
    if (last === undefined) then()
    else last.once('close', then)
  })
}

function lastAnswer (turn: Turn | undefined): ServerResponse | undefined {
  return turn === undefined || isAnswerable(turn.response) ? unsent(turn?.response) : turn.previous
}

function unsent (response: ServerResponse | undefined): ServerResponse | undefined {
  return response?.closed === false ? response : undefined
}

// One whose body is broken may never be.
function isAnswerable ({ headersSent, req }: ServerResponse): boolean {
  return headersSent || req.complete
}

// Node closes the answer that has the connection only, not those that wait for it; and in a call of its own, since many may.
function closeUnwritten (response: ServerResponse): void {
  if (response.socket === null) process.nextTick(() => response.emit('close'))
}

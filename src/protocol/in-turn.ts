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

interface Turn {
  response: ServerResponse
  /** The answer before it, where that was not sent when the request came. */
  previous: ServerResponse | undefined
  /** What the connection ends with: this answer, or the one before it. */
  ending?: 'after' | 'before'
}

/**
 * Lets a request that was sent ahead wait for the answer before its own; Node would begin with both, and the later one could be done first.
 * When the connection is closed meanwhile, or that answer is its last, it is not taken. Source: RFC 9112, sections 9.3.2 and 9.6.
 */
export function takeInTurn (app: FastifyInstance): void {
  const latest = new WeakMap<Socket, Turn>()
  app.addHook('onRequest', ({ raw: { socket } }, { raw: response }, done) => {
    const before = latest.get(socket)
    if (before?.ending !== undefined || socket.writableEnded) return
    const turn: Turn = { response, previous: unsent(before?.response) }
    latest.set(socket, turn)
    if (turn.previous === undefined) return done()
    // It may only wait for the end of the turn.
    if (!turn.previous.writableEnded) app.departures.sendAll()
    const isMade = turn.previous.writableEnded
    turn.previous.once('close', () => {
      if (socket.destroyed) closeUnwritten(response)
      else if (!isMade && turn.ending !== 'before' && !socket.writableEnded) done()
    })
    if (isMade) done()
  })
  app.decorate('endInTurn', (socket, end) => {
    app.departures.sendAll()
    const turn = latest.get(socket)
    if (turn?.ending !== undefined) return
    const last = turn && lastAnswer(turn)
    if (last === undefined) end()
    else last.once('close', end)
  })
}

function unsent (response: ServerResponse | undefined): ServerResponse | undefined {
  return response?.closed === false ? response : undefined
}

// A request that is not whole is not answered, unless its answer has begun without the rest.
function lastAnswer (turn: Turn): ServerResponse | undefined {
  const { response, previous } = turn
  turn.ending = response.headersSent || response.req.complete ? 'after' : 'before'
  return unsent(turn.ending === 'after' ? response : previous)
}

// Node closes the answer that has the connection only, not those that wait for it; and in a call of its own, since many may.
function closeUnwritten (response: ServerResponse): void {
  if (response.socket === null) process.nextTick(() => response.destroy().emit('close'))
}

import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/**
 * Lets a request that was sent ahead wait for the answer before its own; Node would begin with both, and the later one could be done first.
 * When the connection is closed meanwhile, it is not taken. Source: RFC 9112, section 9.3.2.
 */
export function takeInTurn (app: FastifyInstance): void {
  const latest = new WeakMap<Socket, ServerResponse>()
  app.addHook('onRequest', ({ raw: { socket } }, reply, done) => {
    const previous = latest.get(socket)
    latest.set(socket, reply.raw)
    // Its answer may only wait for the end of the turn.
    if (isUnanswered(previous)) app.departures.sendAll()
    if (isUnanswered(previous)) previous.once('close', () => { if (!socket.destroyed) done() })
    else done()
  })
}

function isUnanswered (response: ServerResponse | undefined): response is ServerResponse {
  return response !== undefined && !response.writableEnded
}

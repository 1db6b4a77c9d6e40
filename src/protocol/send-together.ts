import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { Departures } from './departures.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** To be sent before a connection on which one may wait is ended. */
    departures: Departures
  }
}

/**
 * Lets the answers of a turn leave together: each write to a socket takes the processor's caches from the code that makes answers,
 * and wakes a client that then finds only one.
 */
export function sendTogether (app: FastifyInstance): void {
  const departures = new Departures()
  app.decorate('departures', departures)
  app.addHook('onSend', (_request, _reply, payload, done) => {
    // Until it is sent, nobody listens for what goes wrong with it.
    if (payload instanceof Readable) done(null, payload)
    else departures.add(() => send(payload, done))
  })
  // Else the connections would not be idle yet, and stay.
  app.addHook('preClose', done => {
    departures.sendAll()
    done()
  })
}

// Only what is thrown within a hook would Fastify turn into an answer by itself.
function send (payload: unknown, done: (error: Error | null, payload?: unknown) => void): void {
  try {
    done(null, payload)
  } catch (error) {
    done(error as Error)
  }
}

import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { setImmediate } from '../node.ts'

/**
 * Response batching: responses that become ready in the same turn of the event loop are written together at its end.
 *
 * Written one by one, each response wakes a client, which comes back with a single request, and pushes the code that
 * makes responses out of the processor's caches. Under 32 connections, batching saves a third of the processor time.
 *
 * Three responses leave earlier:
 * - a stream, since nobody listens to its errors until it is sent;
 * - the response to a client that closes its half of the connection in the same turn: Node then closes the other half;
 * - whatever is ready when the server closes, so that the connection is idle and can be closed at once.
 *
 * The hook has to be the last `onSend` hook.
 * @returns what sends the responses that are ready.
 */
export function batchResponses (app: FastifyInstance): () => void {
  let batch: Array<() => void> = []
  const sendBatch = () => {
    const ready = batch
    batch = []
    for (const send of ready) send()
  }

  app.addHook('onSend', (_request, _reply, payload, done) => {
    if (payload instanceof Readable) return done(null, payload)
    if (batch.length === 0) setImmediate(sendBatch)
    batch.push(() => {
      try {
        done(null, payload)
      } catch (error) {
        // Fastify makes a response of what is thrown within the hook only.
        done(error as Error)
      }
    })
  })

  for (const event of ['connection', 'secureConnection']) {
    app.server.on(event, (socket: Socket) => socket.prependListener('end', sendBatch))
  }
  return sendBatch
}

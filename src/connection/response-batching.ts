import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { setImmediate } from '../node.ts'

/**
 * Response batching: responses that become ready in the same turn of the event loop are written together at its end.
 *
 * A response that is written alone wakes a client, which comes back with a single request. It also pushes the code that
 * makes responses out of the processor's caches. With 32 connections, batching saves a third of the processor time.
 *
 * Three kinds of responses leave earlier:
 * - a stream, since nobody listens to its errors until it is sent;
 * - the response to a client that closes its half of the connection in the same turn: Node then closes the other half;
 * - every ready response when the server closes, so that the connection is idle and can be closed at once.
 *
 * The hook must be the last `onSend` hook.
 * @returns a function that sends the responses that are ready.
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
        // Fastify turns errors into responses only if they are thrown within the hook.
        done(error as Error)
      }
    })
  })

  for (const event of ['connection', 'secureConnection']) {
    app.server.on(event, (socket: Socket) => socket.prependListener('end', sendBatch))
  }
  return sendBatch
}

import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** Sends an answer without a body. Fastify gives a HEAD without one a Content-Length, which RFC 9110 (8.6) does not allow of a 204, but none with a stream. */
export function sendNothing (reply: FastifyReply): FastifyReply {
  return reply.send(isHead(reply) ? Readable.from([]) : undefined)
}

/** Whether a body would not be sent. */
export function isHead ({ request }: FastifyReply): boolean {
  return request.method === 'HEAD'
}

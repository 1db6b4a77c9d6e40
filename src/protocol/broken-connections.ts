import { Socket } from 'node:net'
import { Readable, finished } from 'node:stream'
import { TLSSocket } from 'node:tls'
import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply } from 'fastify'
import { recordPart } from './keep-journal.ts'

/** The body of a response that is being sent. */
export type Payload = string | Buffer | Readable | null | undefined

/** Ends a response whose connection a rule breaks. It is no failure, so nobody logs it. */
export class BrokenConnection extends Error {}

/** Resets the connection. Node can't do so with TLS, so a TLS connection is closed without a TLS close message. */
export function resetConnection (reply: FastifyReply): void {
  const { socket } = reply.request.raw
  reply.hijack()
  endBroken(reply, () => {
    if (socket instanceof Socket && !(socket instanceof TLSSocket)) socket.resetAndDestroy()
    else reply.raw.destroy()
  })
}

/** Closes the connection without a byte of response. It waits for the whole request, so the close is not a reset. */
export function closeConnection (reply: FastifyReply): void {
  const { raw } = reply.request
  reply.hijack()
  finished(raw.resume(), { writable: false }, () => endBroken(reply, () => {
    if (raw.socket instanceof Socket) raw.socket.destroySoon()
    else reply.raw.destroy()
  }))
}

/**
 * Sends a response with its real length but half of its body, then closes the connection. The length of a stream is
 * unknown, so a stream sends its first chunk. The journal has the request before the response is sent.
 */
export async function cutResponse (reply: FastifyReply, payload: Payload): Promise<void> {
  const { raw, statusCode } = reply
  const headers = reply.getHeaders() as OutgoingHttpHeaders
  let part: Buffer
  if (payload instanceof Readable) {
    const { value } = await payload[Symbol.asyncIterator]().next()
    payload.destroy()
    part = Buffer.from(value ?? '')
  } else {
    const body = Buffer.from(payload ?? '')
    part = body.subarray(0, body.length / 2)
    if (body.length > 0) headers['content-length'] = body.length
  }
  recordPart(reply, part)
  raw.writeHead(statusCode, headers)
  raw.write(part, () => endBroken(reply, () => raw.destroy()))
}

// The error ends the response for the log and the hooks. A caller without a socket learns from it that none comes.
function endBroken ({ raw, request }: FastifyReply, close: () => void): void {
  if (raw.destroyed) return
  if (raw.listenerCount('error') > 0) raw.emit('error', new BrokenConnection(request.reason))
  close()
}

/** Returns the body without its last character. */
export function withoutLast (payload: Payload): Payload {
  if (!(payload instanceof Readable)) return payload?.slice(0, -1)
  return Readable.from((async function * () {
    let held: string | Buffer = ''
    for await (const chunk of payload) {
      yield held
      held = chunk
    }
    yield held.slice(0, -1)
  })())
}

import { Socket } from 'node:net'
import { Readable, finished } from 'node:stream'
import { TLSSocket } from 'node:tls'
import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** A body on its way out. */
export type Payload = string | Buffer | Readable | null | undefined

/** Resets the connection; with TLS, where Node can't, it is closed without the farewell that TLS has. */
export function resetConnection ({ raw: { socket } }: FastifyRequest, reply: FastifyReply, reason: string): void {
  reply.hijack()
  endBroken(reply, reason, () => {
    if (socket instanceof Socket && !(socket instanceof TLSSocket)) socket.resetAndDestroy()
    else reply.raw.destroy()
  })
}

/** Closes the connection without a byte, in peace: only after the whole request has been read. */
export function closeConnection ({ raw }: FastifyRequest, reply: FastifyReply, reason: string): void {
  reply.hijack()
  finished(raw.resume(), { writable: false }, () => endBroken(reply, reason, () => {
    if (raw.socket instanceof Socket) raw.socket.destroySoon()
    else reply.raw.destroy()
  }))
}

/**
 * Sends a response with its real length but half of its body, then closes the connection. Of a stream, whose length is
 * not known, it sends the first chunk.
 * @param record is called with that part before it leaves.
 */
export async function cutAnswer (
  reply: FastifyReply, payload: Payload, reason: string, record: (part: Buffer) => void
): Promise<void> {
  const { raw, statusCode } = reply
  const headers = reply.getHeaders() as OutgoingHttpHeaders
  let part: Buffer
  if (isStream(payload)) {
    const { value } = await payload[Symbol.asyncIterator]().next()
    payload.destroy()
    part = Buffer.from(value ?? '')
  } else {
    const body = Buffer.from(payload ?? '')
    part = body.subarray(0, body.length / 2)
    if (body.length > 0) headers['content-length'] = body.length
  }
  record(part)
  raw.writeHead(statusCode, headers)
  raw.write(part, () => endBroken(reply, reason, () => raw.destroy()))
}

// The error tells the log and the hooks that the response is over, and a caller without a socket that there is none.
function endBroken ({ raw }: FastifyReply, reason: string, close: () => void): void {
  if (raw.destroyed) return
  if (raw.listenerCount('error') > 0) raw.emit('error', new Error(reason))
  close()
}

/** The body without its last character. */
export function withoutLast (payload: Payload): Payload {
  if (!isStream(payload)) return payload?.slice(0, -1)
  return Readable.from((async function * () {
    let held: string | Buffer = ''
    for await (const chunk of payload) {
      yield held
      held = chunk
    }
    yield held.slice(0, -1)
  })())
}

function isStream (payload: Payload): payload is Readable {
  return typeof payload === 'object' && payload !== null && 'pipe' in payload
}

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
 * Sends an answer with its real length but half of its body, or the first part of one that is sent as it grows, then closes the connection.
 * @param record is given that part before it leaves.
 */
export async function cutAnswer (reply: FastifyReply, payload: Payload, reason: string, record: (part: Buffer) => void): Promise<void> {
  const { raw, statusCode } = reply
  const [part, length] = await beginningOf(payload)
  record(part)
  raw.writeHead(statusCode, { ...reply.getHeaders(), ...length } as OutgoingHttpHeaders)
  raw.write(part, () => endBroken(reply, reason, () => raw.destroy()))
}

async function beginningOf (payload: Payload): Promise<[part: Buffer, length: OutgoingHttpHeaders]> {
  if (isStream(payload)) return [await firstChunk(payload), {}]
  const body = Buffer.from(payload ?? '')
  return [body.subarray(0, body.length / 2), body.length === 0 ? {} : { 'content-length': body.length }]
}

async function firstChunk (stream: Readable): Promise<Buffer> {
  const { value } = await stream[Symbol.asyncIterator]().next()
  stream.destroy()
  return Buffer.from(value ?? '')
}

// The error tells log and hooks, where there are any, that the answer is over, and whoever called without a socket that there is none.
function endBroken ({ raw }: FastifyReply, reason: string, close: () => void): void {
  if (raw.destroyed) return
  if (raw.listenerCount('error') > 0) raw.emit('error', new Error(reason))
  close()
}

/** The body without its last character. */
export function withoutLast (payload: Payload): Payload {
  return isStream(payload) ? Readable.from(withoutLastOf(payload)) : payload?.slice(0, -1)
}

async function * withoutLastOf (stream: Readable): AsyncGenerator<string | Buffer> {
  let held: string | Buffer = ''
  for await (const chunk of stream) {
    yield held
    held = chunk
  }
  yield held.slice(0, -1)
}

function isStream (payload: Payload): payload is Readable {
  return typeof payload === 'object' && payload !== null && 'pipe' in payload
}

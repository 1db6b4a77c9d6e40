import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

const answers: Record<string, { status: number, description: string } | undefined> = {
  HPE_HEADER_OVERFLOW: { status: 431, description: 'the request line and headers are larger than 16 KiB' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, description: 'the request did not arrive in time' }
}

const encode = '; in a path or query, a space and whatever is not ASCII must be percent-encoded'

// A space ends the path for Node, which then expects the protocol.
const advice: Record<string, string | undefined> = { HPE_INVALID_URL: encode, HPE_INVALID_CONSTANT: encode }

/** Answers what Node could not read as HTTP, where no request reaches Fastify, after the requests before it, and closes the connection. */
export function answerClientError (this: FastifyInstance, error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const { status, description } = answers[error.code as string] ?? { status: 400, description: `the request is not HTTP/1.1: ${error.message}${advice[error.code as string] ?? ''}` }
  const body = JSON.stringify({ description })
  const answer = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nAccess-Control-Allow-Origin: *\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  this.endInTurn(socket, () => { if (socket.writable) socket.end(answer) })
}

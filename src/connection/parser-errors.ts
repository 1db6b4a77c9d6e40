import { STATUS_CODES } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

const responses: Record<string, { status: number, description: string } | undefined> = {
  HPE_HEADER_OVERFLOW: { status: 431, description: 'the request line and headers are larger than 16 KiB' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, description: 'the request did not arrive in time' }
}

const encode = '; in a path or query, spaces and all characters outside ASCII must be percent-encoded'

// Node takes a space as the end of the path and then expects the protocol.
const advice: Record<string, string | undefined> = { HPE_INVALID_URL: encode, HPE_INVALID_CONSTANT: encode }

/** Responds to bytes that Node can't read as HTTP and that Fastify never sees. Then closes the connection. */
export function handleClientError (error: Error & { code?: string }, socket: Socket): void {
  const { code = '', message } = error

  // Destroy the socket as Node itself does: this response would corrupt one that has begun, and without a handshake it
  // would never be sent.
  const { _httpMessage: current } = socket as Socket & { _httpMessage?: ServerResponse | null }
  if (/^ECONNRESET$|^ERR_TLS_/.test(code) || !socket.writable || current?.headersSent) {
    socket.destroy()
    return
  }

  const { status, description } = responses[code] ??
    { status: 400, description: `the request is not HTTP/1.1: ${message}${advice[code] ?? ''}` }
  const body = JSON.stringify({ description })
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Access-Control-Allow-Origin: *',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close'
  ]

  // The socket is paused, so the late rest of a request is not executed after the client got this response.
  socket.pause().end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}

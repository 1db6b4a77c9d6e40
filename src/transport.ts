import type { Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { OvocApp } from './protocol/operations.ts'
import { SpelledResponse } from './protocol/header-spelling.ts'

/** What Node's servers are told, plain or with TLS. */
export const transport = { ServerResponse: SpelledResponse, requireHostHeader: false }

/**
 * Lets the app answer an `Expect` that Node does not know, and would answer by itself, with an empty 417; and lets an answer that is made leave
 * before its connection ends: by a CONNECT, as Node does where nobody listens for one, or by a client that says so in the same turn.
 */
export function listenBesideApp (server: Server | TlsServer, app: OvocApp): void {
  server.on('checkExpectation', (request, response) => app.routing(request, response))
  server.on('connect', (_request, socket) => {
    app.departures.sendAll()
    socket.destroy()
  })
  const sendBeforeEnd = (socket: Socket) => { socket.prependListener('end', () => app.departures.sendAll()) }
  server.on('connection', sendBeforeEnd).on('secureConnection', sendBeforeEnd)
}

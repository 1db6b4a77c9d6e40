import type { Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { OvocApp } from './protocol/operations.ts'
import { SpelledResponse } from './protocol/header-spelling.ts'

/** What Node's servers are told, plain or with TLS. */
export const transport = { ServerResponse: SpelledResponse, requireHostHeader: false }

/** Lets the app answer an `Expect` that Node does not know, and would answer by itself, with an empty 417. */
export function listenBesideApp (server: Server | TlsServer, app: OvocApp): void {
  server.on('checkExpectation', (request, response) => app.routing(request, response))
}

import { createServer as createSecureServer } from 'node:https'
import type { Server as SecureServer } from 'node:https'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import { certificateFor } from './certificate.ts'
import type { Options } from './options.ts'
import { answerClientError } from './protocol/client-errors.ts'
import type { OvocApp } from './protocol/operations.ts'
import { listenBesideApp, transport } from './transport.ts'

/** Makes a second server, with TLS, for the same app; it begins to close when the app does, and the app has closed when it has. */
export async function tlsServer (app: OvocApp, options: Options): Promise<SecureServer> {
  const server = createSecureServer({ ...await certificateFor(options), ...transport }, app.routing)
  const { keepAliveTimeout, requestTimeout } = app.server
  Object.assign(server, { keepAliveTimeout, requestTimeout })
  server.on('clientError', answerClientError.bind(app))
  listenBesideApp(server, app)
  closeWith(app, server)
  return server
}

/** Makes what listens on one more address for a server of the app, which answers there as if it were its own; it closes as the app does. */
export function furtherListener (app: OvocApp, server: Server): Server {
  const listener = createServer({ allowHalfOpen: !(server instanceof TlsServer), noDelay: true }, socket => server.emit('connection', socket))
  closeWith(app, listener)
  return listener
}

function closeWith (app: OvocApp, server: Server): void {
  let closed: Promise<unknown> | undefined
  app.addHook('preClose', async () => { closed = new Promise(resolve => server.close(resolve)) })
  app.addHook('onClose', async () => { await closed })
}

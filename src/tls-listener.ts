import { createServer } from 'node:https'
import type { Server } from 'node:https'
import { certificateFor } from './certificate.ts'
import type { Options } from './options.ts'
import { answerClientError } from './protocol/client-errors.ts'
import type { OvocApp } from './protocol/operations.ts'
import { listenBesideApp, transport } from './transport.ts'

/** Makes a second server, with TLS, for the same app; it begins to close when the app does, and the app has closed when it has. */
export async function tlsServer (app: OvocApp, options: Options): Promise<Server> {
  const server = createServer({ ...await certificateFor(options), ...transport }, app.routing)
  const { keepAliveTimeout, requestTimeout } = app.server
  Object.assign(server, { keepAliveTimeout, requestTimeout })
  server.on('clientError', answerClientError.bind(app))
  listenBesideApp(server, app)
  let closed: Promise<unknown> | undefined
  app.addHook('preClose', async () => { closed = new Promise(resolve => server.close(resolve)) })
  app.addHook('onClose', async () => { await closed })
  return server
}

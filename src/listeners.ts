import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import type { OvocApp } from './protocol/operations.ts'

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

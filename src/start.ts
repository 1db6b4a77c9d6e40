import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { buildApp } from './app.ts'
import { sandboxesOf } from './client/connect.ts'
import type { OvocMockConnection } from './client/connect.ts'
import { completeOptions } from './options.ts'
import type { Options } from './options.ts'
import type { OvocApp } from './protocol/operations.ts'
import type { Given } from './schema/given.ts'
import { tlsServer } from './tls-listener.ts'

/** A server that listens. */
export interface OvocMock extends OvocMockConnection {
  /** Where it answers too, with TLS, when there is an `httpsPort`. */
  readonly httpsUrl: string | undefined
  readonly app: OvocApp
  /** Brings the default sandbox back to how it was at the start, at once. */
  reset (): void
  /** Closes idle connections, answers what is in flight, and drops what has not wholly arrived or not wholly been read within 300 ms. */
  close (): Promise<void>
}

/**
 * Starts a server; ready when it resolves. Silent and on any free port unless told otherwise.
 * @throws {OptionFaults} for wrong options.
 * @throws {FixtureFaults} for a fixture folder that can't be served.
 * @throws the system's error when the address can't be listened on; its `option` is `httpsPort` where that is the second port.
 */
export async function startOvocMock (given: Given<Options> = {}): Promise<OvocMock> {
  const options = completeOptions({ ...given, port: given.port ?? 0, logLevel: given.logLevel ?? 'silent' })
  const app = await buildApp(options)
  const second = options.httpsPort < 0 ? undefined : await tlsServer(app, options)
  const sockets = socketsOf(second === undefined ? [app.server] : [app.server, second])
  await listen(app, second, options)
  const close = () => closeWithin(app, sockets, grace)
  const url = urlOf(app.server, options.https)
  return {
    url,
    httpsUrl: second === undefined ? undefined : urlOf(second, true),
    app,
    sandbox: sandboxesOf(app, url, options.adminToken),
    reset: () => app.sandboxes.default.reset(),
    close,
    [Symbol.asyncDispose]: close
  }
}

// Without the second port the first is of no use, so it is given back.
async function listen (app: OvocApp, second: Server | undefined, options: Options): Promise<void> {
  await listenSilently(app, options)
  if (second === undefined) return
  second.listen({ host: options.host, port: options.httpsPort })
  await once(second, 'listening').catch(async error => {
    await app.close()
    throw Object.assign(error, { option: 'httpsPort' })
  })
}

// Until the handshake is over, a connection with TLS is in no list of Node's HTTP server; from then on another socket knows what is unsent.
function socketsOf (servers: readonly Server[]): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  }
  for (const server of servers) server.on('connection', keep).on('secureConnection', keep)
  return sockets
}

// Fastify logs each address it listens on; the caller says so in its own way.
async function listenSilently (app: OvocApp, { host, port }: Options): Promise<void> {
  const { log } = app
  app.log = Object.assign(Object.create(log) as typeof log, { info () {} })
  await app.listen({ host, port })
  app.log = log
}

/** How long a closing server waits for requests that have begun and for readers, in milliseconds. */
const grace = 300

/** How often it looks whether they have read on, in milliseconds. */
const readersPace = 5

// A sender that stopped in the middle would hold the server open.
async function closeWithin (app: OvocApp, sockets: ReadonlySet<Socket>, milliseconds: number): Promise<void> {
  const deadline = setTimeout(() => { for (const socket of sockets) socket.destroy() }, milliseconds)
  app.departures.sendAll()
  await Promise.all(Array.from(sockets, sent))
  await app.close()
  clearTimeout(deadline)
}

// Node takes a connection for idle, and destroys it, as soon as its answer is made.
async function sent (socket: Socket): Promise<void> {
  while (socket.writableLength > 0 && !socket.destroyed) await delay(readersPace)
}

function urlOf (server: Server, isTls: boolean): string {
  const { address, family, port } = server.address() as AddressInfo
  return `${isTls ? 'https' : 'http'}://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { buildApp } from './app.ts'
import { sandboxesOf } from './client/connect.ts'
import type { OvocMockConnection } from './client/connect.ts'
import { Connections } from './connections.ts'
import { furtherListener } from './listeners.ts'
import { completeOptions } from './options.ts'
import type { Options } from './options.ts'
import type { OvocApp } from './protocol/operations.ts'
import type { Given } from './schema/given.ts'

/** A server that listens. */
export interface OvocMock extends OvocMockConnection {
  readonly app: OvocApp
  /** Brings the default sandbox back to how it was at the start, at once. */
  reset (): void
  /** Answers what is in flight, closes idle connections, and drops what has not wholly arrived, been made and been read within 300 ms. */
  close (): Promise<void>
}

/**
 * Starts a server; ready when it resolves. Silent and on any free port unless told otherwise.
 * @throws {OptionFaults} for wrong options.
 * @throws {FixtureFaults} for a fixture folder that can't be served.
 * @throws the system's error when the address can't be listened on.
 */
export async function startOvocMock (given: Given<Options> = {}): Promise<OvocMock> {
  const options = completeOptions({ ...given, port: given.port ?? 0, logLevel: given.logLevel ?? 'silent' })
  const app = await buildApp(options)
  const connections = new Connections()
  // Node takes a connection for idle as soon as its answer is made.
  app.addHook('preClose', () => connections.drained(grace))
  connections.watch(app.server)
  await listen(app, options)
  const close = () => closeWithin(app, connections, grace)
  const url = urlOf(app.server, options.host, options.https)
  return {
    url,
    app,
    sandbox: sandboxesOf(app, url, options.adminToken),
    reset: () => app.sandboxes.default.reset(),
    close,
    [Symbol.asyncDispose]: close
  }
}

async function listen (app: OvocApp, { host, port }: Options): Promise<void> {
  const [address, ...further] = await addressesOf(host) as [string, ...string[]]
  const others = further.map(address => ({ address, listener: furtherListener(app, app.server) }))
  await listenSilently(app, address, port)
  for (const { address, listener } of others) await listenToo(app, listener, address, portOf(app.server))
}

// Fastify would itself make servers for the other addresses of this name, without what ours are told.
async function addressesOf (host: string): Promise<string[]> {
  if (host !== 'localhost') return [host]
  const own = Object.values(networkInterfaces()).flatMap(each => each?.map(({ address }) => address))
  const found = (await lookup(host, { all: true })).map(({ address }) => address).filter(address => own.includes(address))
  return found.length === 0 ? [host] : [...new Set(found)]
}

// Where one can't be listened on, the others are of no use, and are given back.
async function listenToo (app: OvocApp, server: Server, host: string, port: number): Promise<void> {
  server.listen({ host, port })
  await once(server, 'listening').catch(async error => {
    await app.close()
    throw error
  })
}

// Fastify logs each address it listens on; the caller says so in its own way.
async function listenSilently (app: OvocApp, host: string, port: number): Promise<void> {
  const { log } = app
  app.log = Object.assign(Object.create(log) as typeof log, { info () {} })
  await app.listen({ host, port })
  app.log = log
}

/** How long a closing server waits for requests that have begun and for readers, in milliseconds. */
const grace = 300

// A sender that stopped in the middle would hold the server open.
async function closeWithin (app: OvocApp, connections: Connections, milliseconds: number): Promise<void> {
  const deadline = setTimeout(() => connections.destroy(), milliseconds)
  await app.close()
  clearTimeout(deadline)
}

function portOf (server: Server): number {
  return (server.address() as AddressInfo).port
}

function urlOf (server: Server, host: string, isTls: boolean): string {
  const { address, family, port } = server.address() as AddressInfo
  const name = family === 'IPv6' ? `[${address}]` : address
  return `${isTls ? 'https' : 'http'}://${host === 'localhost' ? host : name}:${port}`
}

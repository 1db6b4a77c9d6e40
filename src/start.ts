import type { AddressInfo } from 'node:net'
import { buildApp } from './app.ts'
import { completeOptions } from './options.ts'
import type { Options } from './options.ts'
import type { OvocApp } from './protocol/operations.ts'

/** A server that listens. */
export interface OvocMock extends AsyncDisposable {
  /** Where it answers, such as `http://127.0.0.1:4010`; OVOC's paths follow. */
  readonly url: string
  readonly app: OvocApp
  /** Undoes every change that was made through the API. */
  reset (): void
  /** Closes idle connections, answers what is in flight, and drops what has not wholly arrived within 300 ms. */
  close (): Promise<void>
}

/**
 * Starts a server; ready when it resolves. Silent and on any free port unless told otherwise.
 * @throws {OptionFaults} for wrong options.
 * @throws {FixtureFaults} for a fixture folder that can't be served.
 * @throws the system's error when the address can't be listened on.
 */
export async function startOvocMock (given: Partial<Options> = {}): Promise<OvocMock> {
  const options = completeOptions({ port: 0, logLevel: 'silent', ...given })
  const app = await buildApp(options)
  await listenSilently(app, options)
  const close = () => closeWithin(app, grace)
  return {
    url: urlOf(app.server.address() as AddressInfo),
    app,
    reset: () => app.sandboxes.default.reset(),
    close,
    [Symbol.asyncDispose]: close
  }
}

// Fastify logs each address it listens on; the caller says so in its own way.
async function listenSilently (app: OvocApp, { host, port }: Options): Promise<void> {
  const { level } = app.log
  app.log.level = 'silent'
  await app.listen({ host, port })
  app.log.level = level
}

/** How long a closing server waits for requests that have begun, in milliseconds. */
const grace = 300

// A sender that stopped in the middle would hold the server open.
async function closeWithin (app: OvocApp, milliseconds: number): Promise<void> {
  const deadline = setTimeout(() => app.server.closeAllConnections(), milliseconds)
  await app.close()
  clearTimeout(deadline)
}

function urlOf ({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

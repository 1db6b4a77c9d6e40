import { buildApp } from './app.ts'
import type { MockOptions } from './app.ts'
import { handleOf } from './client/connect.ts'
import type { OvocMockConnection } from './client/connect.ts'
import { listen } from './connection/listen.ts'
import { completeOwnOptions } from './options/options.ts'
import type { OvocApp } from './protocol/operations.ts'

/** A server that listens. It is also the client of its default sandbox. */
export interface OvocMock extends OvocMockConnection {
  /** The Fastify server. */
  readonly app: OvocApp
  /** Restores the state in which the default sandbox was at the start, at once. */
  reset (): void
  /**
   * Finishes the requests under way and closes idle connections. After 300 ms it drops the connections that remain:
   * their request is incomplete, or their response is not made or not read.
   */
  close (): Promise<void>
}

/**
 * Starts a server. It is ready when the promise resolves. By default it listens on any free port and logs only its own
 * failures.
 * @throws {OptionProblems} for wrong options.
 * @throws {FixtureProblems} for fixtures that can't be served.
 * @throws the system's error if it can't listen on the address.
 */
export async function startOvocMock (given?: MockOptions): Promise<OvocMock> {
  const { options } = completeOwnOptions(given)
  const app = await buildApp(given)
  const close = () => app.close()
  const { url, openPort } = await listen(app, options.host, options.port, options.https).catch(async error => {
    await close()
    throw error
  })
  return {
    ...handleOf(app, url, options.adminToken, openPort),
    app,
    reset: () => app.sandboxes.reset(app.sandboxes.default),
    close,
    [Symbol.asyncDispose]: close
  }
}

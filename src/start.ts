import { buildApp } from './app.ts'
import type { MockOptions } from './app.ts'
import { handleOf } from './client/connect.ts'
import type { OvocMockConnection } from './client/connect.ts'
import { listen } from './connection/listen.ts'
import { completeOwnOptions } from './options/options.ts'
import type { OvocApp } from './protocol/operations.ts'

/** A server that listens. It is the client of its default sandbox, too. */
export interface OvocMock extends OvocMockConnection {
  /** The Fastify server. */
  readonly app: OvocApp
  /** Brings the default sandbox back to how it was at the start, at once. */
  reset (): void
  /**
   * Finishes the requests under way and closes idle connections. After 300 ms it drops every connection whose request
   * has not arrived in full, or whose response is not made or read.
   */
  close (): Promise<void>
}

/**
 * Starts a server; ready when it resolves. By default it has any free port, and logs its own failures only.
 * @throws {OptionProblems} for wrong options.
 * @throws {FixtureProblems} for a fixture folder that can't be served.
 * @throws the system's error when the address can't be listened on.
 */
export async function startOvocMock (given?: MockOptions): Promise<OvocMock> {
  const { options, fixtures, rules } = completeOwnOptions(given)
  const app = await buildApp({ ...options, fixtures, rules } as MockOptions)
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

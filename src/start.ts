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
  /** Answers what is in flight, closes idle connections and stops listening. */
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
  await app.listen({ host: options.host, port: options.port, listenTextResolver: () => '' })
  const close = () => app.close()
  return {
    url: urlOf(app.server.address() as AddressInfo),
    app,
    reset: () => app.sandboxes.default.reset(),
    close,
    [Symbol.asyncDispose]: close
  }
}

function urlOf ({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

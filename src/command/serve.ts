import { isDeepStrictEqual } from 'node:util'
import { OptionsSchema } from '../options/options.ts'
import type { Options } from '../options/options.ts'
import type { RecordOf } from '../resources/index.ts'
import { startOvocMock } from '../start.ts'
import { version } from '../version.ts'

/** Starts the server and prints where it listens. SIGTERM and SIGINT stop it. */
export async function serve (options: Options): Promise<void> {
  const starting = startOvocMock(options)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // Removed after the new one is there: without any, a signal that waits to be handled would be lost.
    const earlier = process.listeners(signal)
    process.once(signal, async () => {
      await (await starting).close()
      // On some systems a pipe still holds lines that were written.
      process.stdout.write('', () => process.exit(0))
    })
    for (const listener of earlier) process.off(signal, listener)
  }

  const { app, url } = await starting
  const { user, client } = OptionsSchema.properties
  if (options.auth === 'required' && (isDeepStrictEqual(options.user, user.default) ||
    isDeepStrictEqual(options.client, client.default))) {
    process.stderr.write('ovoc-mock: the default user and client are published; set --user and --client\n')
  }
  let text = `ovoc-mock listens on ${url}\n`
  if (options.json) text = `${JSON.stringify({ event: 'ready', url, pid: process.pid })}\n`
  else if (process.stdout.isTTY) {
    // People get a first request to try.
    const { dataset } = app.sandboxes.default
    if (!dataset.isLoaded) await dataset.load()
    const customers = app.sandboxes.default.named('customers')
    const [first] = customers.values() as Iterable<RecordOf<'customers'>>
    const list = `${url}/api/ovoc/v1/topology/customers`
    text = `
  ovoc-mock ${version} listens on ${url}
  ${await customers.count()} customers; documentation on ${url}/docs

  curl ${url.startsWith('https:') ? '--insecure ' : ''}${first === undefined ? list : `-X PUT ${list}/${first.id}`}

`
  }
  process.stdout.write(text)
}

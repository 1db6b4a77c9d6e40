import { resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { printWaiting } from '../log.ts'
import { OptionsSchema } from '../options/options.ts'
import type { Options } from '../options/options.ts'
import type { RecordOf } from '../resources/index.ts'
import { printable } from '../schema/quote.ts'
import { startOvocMock } from '../start.ts'
import { version } from '../package.ts'
import { spellOptions } from './command-line.ts'

/** Starts the server and prints where it listens. SIGTERM and SIGINT stop it. */
export async function serve (options: Options): Promise<void> {
  const starting = startOvocMock(options)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // Remove the earlier listeners only now: without any listener, a signal that is still to be handled would be lost.
    const earlier = process.listeners(signal)
    process.once(signal, async () => {
      await (await starting).close()
      printWaiting()
      // On some systems a pipe still holds written lines.
      process.stdout.write('', () => process.exit(0))
    })
    for (const listener of earlier) process.off(signal, listener)
  }

  const { app, url } = await starting
  const { user, client } = OptionsSchema.properties
  if (options.auth === 'required' && (isDeepStrictEqual(options.user, user.default) ||
    isDeepStrictEqual(options.client, client.default))) {
    warn('the default user and client are published; set the option user and the option client')
  }
  if (options.adminOpen && options.adminToken === '' && !/^https?:\/\/(?:localhost|127\.[\d.]+|\[::1\]):/.test(url)) {
    warn('everybody who reaches this server may control it under /__admin; ' +
      'set the option admin-token, or leave the option admin-open out')
  }

  const docs = `${url}/docs`
  const { default: sandbox } = app.sandboxes
  if (options.json) {
    const ready = { event: 'ready', url, pid: process.pid, version, counts: await sandbox.counts(), docs }
    process.stdout.write(`${JSON.stringify(ready)}\n`)
  } else if (process.stdout.isTTY) {
    // A terminal gets a first request to try.
    const { dataset } = sandbox
    if (!dataset.isLoaded) await dataset.load()
    const customers = sandbox.named('customers')
    const [first] = customers.values() as Iterable<RecordOf<'customers'>>
    const list = `${url}/api/ovoc/v1/topology/customers`
    const isHinted = options.fixtures !== '' && !options.watch
    const hint = isHinted ? '\n  --watch serves fixtures again as soon as you save them' : ''
    process.stdout.write(`
  ovoc-mock ${version} listens on ${url}
  ${await customers.count()} customers; documentation on ${docs}
  requests as they come on ${url}/__admin/console${hint}

  curl ${url.startsWith('https:') ? '--insecure ' : ''}${first === undefined ? list : `-X PUT ${list}/${first.id}`}

`)
  } else {
    // Scripts wait for this line, so it must not wait until millions of records are counted.
    process.stdout.write(`ovoc-mock listens on ${url}\n`)
    const { fixtures, bundled } = options
    const counts = Object.entries(await sandbox.counts()).filter(([, count]) => count > 0)
    const listed = counts.map(([name, count]) => `${count} ${name}`).join(', ') || 'no records'
    const from = fixtures !== '' ? `${printable(resolve(fixtures))}: ` : bundled ? 'the bundled records: ' : ''
    process.stdout.write(`ovoc-mock ${version} serves ${from}${listed}; documentation on ${docs}\n`)
  }
}

function warn (message: string): void {
  process.stderr.write(`ovoc-mock: ${spellOptions(message)}\n`)
}

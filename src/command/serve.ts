import type { Options } from '../options/options.ts'
import type { RecordOf } from '../resources/index.ts'
import { startOvocMock } from '../start.ts'
import type { OvocMock } from '../start.ts'
import { version } from '../version.ts'

/** Starts the server and prints where it listens. SIGTERM and SIGINT stop it. */
export async function serve (options: Options): Promise<void> {
  const starting = startOvocMock(options)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.removeAllListeners(signal).once(signal, async () => {
      await (await starting).close()
      process.exit(0)
    })
  }

  const mock = await starting
  const { url } = mock
  let text = `ovoc-mock listens on ${url}\n`
  if (options.json) text = `${JSON.stringify({ event: 'ready', url, pid: process.pid })}\n`
  else if (process.stdout.isTTY) text = await banner(mock)
  process.stdout.write(text)
}

async function banner ({ app, url }: OvocMock): Promise<string> {
  const customers = app.sandboxes.default.named('customers')
  const [first] = customers.values() as Iterable<RecordOf<'customers'>>
  const list = `${url}/api/ovoc/v1/topology/customers`
  return `
  ovoc-mock ${version} listens on ${url}
  ${await customers.count()} customers; documentation on ${url}/docs

  curl ${url.startsWith('https:') ? '--insecure ' : ''}${first === undefined ? list : `-X PUT ${list}/${first.id}`}

`
}

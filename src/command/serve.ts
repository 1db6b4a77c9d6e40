import type { Options } from '../options.ts'
import type { RecordOf } from '../resources/index.ts'
import { startOvocMock } from '../start.ts'
import type { OvocMock } from '../start.ts'
import { version } from '../version.ts'

/** Starts the server and prints where it listens. SIGTERM and SIGINT stop it. */
export async function serve (options: Options): Promise<void> {
  const starting = startOvocMock(options)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, async () => {
      await (await starting).close()
      process.exit(0)
    })
  }

  const mock = await starting
  const { url, httpsUrl } = mock
  const addresses = httpsUrl === undefined ? url : `${url} and ${httpsUrl}`
  const forPeople = () => process.stdout.isTTY ? banner(mock, addresses) : `ovoc-mock listens on ${addresses}\n`
  const forPrograms = () => `${JSON.stringify({ event: 'ready', url, httpsUrl, pid: process.pid })}\n`
  process.stdout.write(options.json ? forPrograms() : forPeople())
}

function banner ({ app, url }: OvocMock, addresses: string): string {
  const customers = app.sandboxes.default.named('customers')
  const [first] = customers.values() as Iterable<RecordOf<'customers'>>
  const list = `${url}/api/ovoc/v1/topology/customers`
  return `
  ovoc-mock ${version} listens on ${addresses}
  ${customers.count} customers; documentation on ${url}/docs

  curl ${url.startsWith('https:') ? '--insecure ' : ''}${first === undefined ? list : `-X PUT ${list}/${first.id}`}

`
}

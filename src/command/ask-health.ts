import { readFileSync, readdirSync, readlinkSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { exchange } from '../client/exchange.ts'
import { readCommandLine } from './command-line.ts'
import type { Invocation } from './command-line.ts'

interface Question { url: string, port: number, https: boolean, insecure: boolean }

/**
 * Returns what a running server says of its health.
 * @param isTold whether the question says which server is meant. If not, it is the one that runs beside this command.
 * @throws when it is not healthy, is another server, or says nothing for two seconds.
 */
export async function askHealth ({ url, port, https, insecure }: Question, isTold: boolean): Promise<string> {
  const beside = isTold || url !== '' ? undefined : await addressBeside()
  const server = url || (beside ?? `${https ? 'https' : 'http'}://127.0.0.1:${port}`)
  const address = `${server.replace(/\/$/, '')}/__admin/health`
  // On this machine nobody else can stand behind the port, so its certificate need not prove anything.
  const rejectUnauthorized = !insecure && url !== ''
  const signal = AbortSignal.timeout(2000)
  const { status, text } = await exchange(address, { signal, rejectUnauthorized }).catch(async error => {
    // Each protocol fails in its own way when it meets the other. Only a response of the other one is proof.
    const isTls = address.startsWith('https:')
    const other = address.replace(/^https?/, isTls ? 'http' : 'https')
    const speaksOther = await exchange(other, { signal, rejectUnauthorized: false }).then(() => true, () => false)
    if (!speaksOther) throw error
    const [spoken, flag] = isTls ? ['plain HTTP', 'without --https'] : ['TLS', 'with --https']
    const article = isTls ? 'an http' : 'an https'
    throw new Error(`${new URL(address).origin} speaks ${spoken}: ask ${flag}, or with ${article}:// address in --url`)
  })

  if (status !== 200) throw new Error(`${address} answers ${status}`)
  if (!text.startsWith('{"status":"ok"')) throw new Error(`${address} is not ovoc-mock`)
  return text
}

/**
 * The address of the only server that runs this command's own program with the same variables, by the arguments that
 * it got. Undefined where there are several or none, or the system does not show them as Linux does.
 */
async function addressBeside (): Promise<string | undefined> {
  const program = realpathSync(process.argv[1] as string)
  const addresses: string[] = []
  const processes = existing('/proc', path => readdirSync(path)).filter(name => /^\d+$/.test(name))
  for (const pid of processes) {
    if (Number(pid) === process.pid) continue
    const [args, variables] = ['cmdline', 'environ'].map(file => {
      return existing(`/proc/${pid}/${file}`, path => readFileSync(path, 'utf8').split('\0').slice(0, -1))
    }) as [string[], string[]]
    const [folder = '/'] = existing(`/proc/${pid}/cwd`, path => [readlinkSync(path)])
    // An init process may have the same arguments behind its own.
    const isNode = /(?:^|\/)node[^/]*$/.test(args[0] ?? '')
    const at = args.findIndex(arg => existing(resolve(folder, arg), path => [realpathSync(path)])[0] === program)
    if (!isNode || at < 0) continue

    // One with other options in its variables belongs to somebody else.
    const environment = Object.fromEntries(variables.map(variable => variable.split(/=(.*)/s)))
    if (optionsIn(environment) !== optionsIn(process.env)) continue
    // What can't be read is no server's either.
    const invocation = Object(await readCommandLine(args.slice(at + 1), environment).catch(String)) as Invocation
    if (invocation.command !== 'serve') continue
    const { host, port, https } = invocation.options
    const every: Record<string, string | undefined> = { '0.0.0.0': '127.0.0.1', '::': '::1' }
    const name = every[host] ?? host
    addresses.push(`${https ? 'https' : 'http'}://${name.includes(':') ? `[${name}]` : name}:${port}`)
  }
  return addresses.length === 1 ? addresses[0] : undefined
}

function optionsIn (environment: NodeJS.ProcessEnv): string {
  return Object.entries(environment).filter(([name]) => name.startsWith('OVOC_MOCK_')).sort().join()
}

/** What is read from a path; nothing where it does not exist or is another user's. */
function existing<Item> (path: string, read: (path: string) => Item[]): Item[] {
  try {
    return read(path)
  } catch {
    return []
  }
}

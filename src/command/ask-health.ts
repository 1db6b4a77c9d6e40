import { readFileSync, readdirSync, readlinkSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { exchange } from '../client/exchange.ts'
import { readCommandLine } from './command-line.ts'
import type { Invocation } from './command-line.ts'

interface Question { url: string, port: number, https: boolean, insecure: boolean }

/**
 * Returns the health response of a running server, and its address as `url`.
 * @param isTold whether the command line says which server to ask. If not, it is the server beside this command.
 * @throws if the server is not healthy, is not ovoc-mock, or does not respond within two seconds.
 */
export async function askHealth ({ url, port, https, insecure }: Question, isTold: boolean): Promise<string> {
  const beside = isTold || url !== '' ? undefined : await addressBeside()
  const server = url || (beside ?? `${https ? 'https' : 'http'}://127.0.0.1:${port}`)
  const address = `${server.replace(/\/$/, '')}/__admin/health`
  // On this machine nobody else can listen on the port, so the certificate need not be checked.
  const rejectUnauthorized = !insecure && url !== ''
  const signal = AbortSignal.timeout(2000)
  const { status, text } = await exchange(address, { signal, rejectUnauthorized }).catch(async error => {
    // Each protocol fails in its own way if it meets the other. Only a response in the other protocol is proof.
    const isTls = address.startsWith('https:')
    const other = address.replace(/^https?/, isTls ? 'http' : 'https')
    const speaksOther = await exchange(other, { signal, rejectUnauthorized: false }).then(() => true, () => false)
    if (!speaksOther) throw error
    const [spoken, preposition] = isTls ? ['plain HTTP', 'without'] : ['TLS', 'with']
    const scheme = isTls ? 'http' : 'https'
    const advice = `ask ${preposition} the option https, or with an ${scheme}:// address in the option url`
    throw new Error(`${new URL(address).origin} speaks ${spoken}: ${advice}`)
  })

  if (status !== 200) throw new Error(`${address} answers ${status}`)
  if (!text.startsWith('{"status":"ok"')) throw new Error(`${address} is not ovoc-mock`)
  // Without options it may be another server than the caller thinks of.
  return JSON.stringify({ ...JSON.parse(text), url: server })
}

/**
 * Returns the address of the only server that runs this same program with the same variables. The address follows from
 * its arguments. It is undefined if there is no server or more than one, or if the system does not show processes as
 * Linux does.
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
    // An init process may have these arguments after its own.
    const isNode = /(?:^|\/)node[^/]*$/.test(args[0] ?? '')
    const at = args.findIndex(arg => existing(resolve(folder, arg), path => [realpathSync(path)])[0] === program)
    if (!isNode || at < 0) continue

    // A process with other options in its variables belongs to somebody else.
    const environment = Object.fromEntries(variables.map(variable => variable.split(/=(.*)/s)))
    if (optionsIn(environment) !== optionsIn(process.env)) continue
    // Arguments that can't be read belong to no server either.
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

/** Reads a path. Returns nothing if it does not exist or belongs to another user. */
function existing<Item> (path: string, read: (path: string) => Item[]): Item[] {
  try {
    return read(path)
  } catch {
    return []
  }
}

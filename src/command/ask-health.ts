import { once } from 'node:events'
import { get as getPlain } from 'node:http'
import { get as getSecurely } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

interface Question { url: string, port: number, https: boolean, insecure: boolean }

/**
 * Returns what a running server says of its health.
 * @throws when it is not healthy, is another server, or says nothing for two seconds.
 */
export async function askHealth ({ url, port, https, insecure }: Question): Promise<string> {
  const server = url || `${https ? 'https' : 'http'}://127.0.0.1:${port}`
  const address = `${server.replace(/\/$/, '')}/__admin/health`

  const ask = async () => {
    const signal = AbortSignal.timeout(2000)
    // On this machine nobody else can stand behind the port, so its certificate need not prove anything.
    const rejectUnauthorized = !insecure && url !== ''
    const isTls = address.startsWith('https:')
    const request = isTls ? getSecurely(address, { signal, rejectUnauthorized }) : getPlain(address, { signal })
    const [response] = await once(request, 'response') as [IncomingMessage]
    return response
  }
  const response = await ask().catch(error => {
    throw new Error(`${address} does not answer: ${(error.cause ?? error).message}`)
  })

  if (response.statusCode !== 200) throw new Error(`${address} answers ${response.statusCode}`)
  const said = await text(response)
  if (!said.startsWith('{"status":"ok"')) throw new Error(`${address} is not ovoc-mock`)
  return said
}

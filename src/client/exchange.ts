import { once } from 'node:events'
import http from 'node:http'
import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import type { RequestOptions } from 'node:https'
import { text as textOf } from 'node:stream/consumers'

/** Thrown if no server responds. */
class ServerUnreachable extends Error {
  override readonly name = 'ServerUnreachable'
  readonly code = 'OVOC_MOCK_UNREACHABLE'
}

/**
 * Sends a request and reads the response. A server on this machine is called directly, whatever proxy the environment
 * names. Node itself chooses for all others.
 * @throws {ServerUnreachable} that says why there is no response.
 */
export async function exchange (
  url: string, { body, ...options }: RequestOptions & { body?: string | undefined } = {}
): Promise<{ status: number, text: string }> {
  const { Agent, request } = url.startsWith('https:') ? https : http
  const isHere = /^(?:(?:.+\.)?localhost|127\.[\d.]+|\[::1\])$/.test(new URL(url).hostname)
  const agent = isHere ? new Agent() : undefined
  try {
    const [response] = await once(request(url, { ...options, agent }).end(body), 'response') as [IncomingMessage]
    return { status: response.statusCode as number, text: await textOf(response) }
  } catch (error) {
    // A name with several addresses has an error for each.
    const { message, code, cause } = error as NodeJS.ErrnoException
    const [reason] = [(cause as Error | undefined)?.message, message, code].filter(Boolean)
    const { NODE_USE_ENV_PROXY, HTTPS_PROXY, HTTP_PROXY } = process.env
    const isProxied = !isHere && NODE_USE_ENV_PROXY === '1' && (HTTPS_PROXY ?? HTTP_PROXY) !== undefined
    const hint = isProxied ? ', perhaps because of the proxy that HTTP_PROXY or HTTPS_PROXY names' : ''
    throw new ServerUnreachable(`${new URL(url).origin} does not answer: ${reason}${hint}`, { cause: error })
  }
}

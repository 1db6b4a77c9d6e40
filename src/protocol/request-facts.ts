import type { FastifyRequest } from 'fastify'
import type { RequestFacts } from '../sandbox/match.ts'
import { isOvocPath } from './base-paths.ts'

/** Returns the facts that rules compare. Parameters are parsed, and the body is there, only once they are read. */
export function factsOf ({ url, method, params, query, headers, body, routeOptions }: FastifyRequest): RequestFacts {
  const path = pathOf(url)
  const schema = isOvocPath(path) ? routeOptions.schema : undefined
  return {
    operation: schema?.operationId,
    resource: schema?.tags?.[0],
    method,
    path,
    params: params as Record<string, unknown>,
    query: query as Record<string, unknown>,
    headers,
    body
  }
}

/** Returns the path of a routed URL without its trailing slash. Every path accepts one, and it means nothing. */
export function pathOf (url: string): string {
  const [path = ''] = url.split('?')
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

import type { FastifyRequest } from 'fastify'
import type { RequestFacts } from '../sandbox/match.ts'
import { isOvocPath } from './base-paths.ts'

/** What a request is compared by; its parameters are read, and its body there, once they are. */
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

/** The path of a routed URL; a trailing slash is accepted everywhere and means nothing. */
export function pathOf (url: string): string {
  const [path = ''] = url.split('?')
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

import type { FastifyInstance } from 'fastify'
import { isControlPath, isSimulatorsPath } from './base-paths.ts'

// Headers of responses that tell a page something, besides those that any page may read.
const exposed = 'Allow, Date, Preference-Applied, Retry-After, WWW-Authenticate'

/**
 * Lets a page of any origin call any path, credentials included.
 *
 * `@fastify/cors` would send a Content-Length with a preflight's 204, which RFC 9110 (8.6) forbids, and headers for
 * pages with each response to a program. Its route for every OPTIONS would also make unknown paths known to the router,
 * so that a body is read before the request is refused.
 * @param isControlOpen whether that holds for the paths that control the simulator too, because a token guards them.
 */
export function allowBrowsers (app: FastifyInstance, isControlOpen: boolean): void {
  app.addHook('onRequest', (request, reply, done) => {
    // Pages of the simulator are no frame in a page of others, and nothing of it is taken for another type.
    if (isSimulatorsPath(request.url)) {
      reply.headers({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' })
    }
    if (isControlPath(request.url) && !isControlOpen) return done()
    reply.header('vary', 'Origin')
    const { headers } = request
    const { origin, 'access-control-request-method': method, 'access-control-request-headers': names } = headers
    if (origin === undefined) return done()
    reply.header('access-control-allow-origin', origin).header('access-control-allow-credentials', 'true')

    if (request.method !== 'OPTIONS' || method === undefined) {
      reply.header('access-control-expose-headers', exposed)
      return done()
    }

    // A preflight is over here, since browsers send it without credentials.
    if (names !== undefined) reply.header('access-control-allow-headers', names)
    // A page from a public address asks a server on this machine or in this network.
    if (headers['access-control-request-private-network'] === 'true') {
      reply.header('access-control-allow-private-network', 'true')
    }
    reply.headers({
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-max-age': '600'
    }).code(204).send()
  })
}

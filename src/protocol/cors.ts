import type { FastifyInstance } from 'fastify'
import { isControlPath, isSimulatorsPath } from './base-paths.ts'

// Response headers that are useful to a page, besides those that browsers always show to it.
const exposed = 'Allow, Date, Preference-Applied, Retry-After, WWW-Authenticate'

/**
 * Lets a page of any origin call any path, credentials included.
 *
 * `@fastify/cors` does not fit. It would send a Content-Length with a preflight's 204, which RFC 9110 (8.6) forbids. It
 * would add headers for pages to each response to a program. Its route for every OPTIONS would also make unknown paths
 * known to the router, so the body would be read before the request is rejected.
 * @param isControlOpen whether pages may also call the control API, because a token guards it.
 */
export function allowBrowsers (app: FastifyInstance, isControlOpen: boolean): void {
  app.addHook('onRequest', (request, reply, done) => {
    // Other sites must not frame the simulator's pages, and browsers must not guess another type for its responses.
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

    // A preflight ends here, before credentials are checked, because browsers send it without them.
    if (names !== undefined) reply.header('access-control-allow-headers', names)
    // A page from a public address calls a server on this machine or in this network.
    if (headers['access-control-request-private-network'] === 'true') {
      reply.header('access-control-allow-private-network', 'true')
    }
    reply.headers({
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
      'access-control-max-age': '600'
    }).code(204).send()
  })
}

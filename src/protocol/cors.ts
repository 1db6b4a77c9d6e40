import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isControlPath } from './doors.ts'

/**
 * Lets a page of any origin call any path, credentials included.
 * @param isControlOpen whether that holds for the paths that control the simulator too, because a token guards them.
 */
export function allowBrowsers (app: FastifyInstance, isControlOpen: boolean): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (isControlPath(request.url) && !isControlOpen) return done()
    reply.header('vary', 'Origin')
    const { origin } = request.headers
    if (origin === undefined) return done()
    reply.header('access-control-allow-origin', origin).header('access-control-allow-credentials', 'true')
    if (isPreflight(request)) return answerPreflight(request, reply)
    reply.header('access-control-expose-headers', exposed)
    done()
  })
}

// The headers of answers that tell a page something, but those that any page may read.
const exposed = 'Allow, Date, Preference-Applied, Retry-After, WWW-Authenticate'

function isPreflight ({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
}

function answerPreflight ({ headers }: FastifyRequest, reply: FastifyReply): void {
  const asked = headers['access-control-request-headers']
  reply.headers({
    'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    ...asked !== undefined && { 'access-control-allow-headers': asked },
    'access-control-max-age': '600'
  }).code(204).send()
}

import cors from '@fastify/cors'
import type { FastifyCorsOptions } from '@fastify/cors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isControlPath } from './doors.ts'

const open: FastifyCorsOptions = {
  origin: true,
  credentials: true,
  strictPreflight: false,
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  maxAge: 600
}

/**
 * Lets a page of any origin call any path, credentials included.
 * @param isControlOpen whether that holds for the paths that control the simulator too, because a token guards them.
 */
export async function allowBrowsers (app: FastifyInstance, isControlOpen: boolean): Promise<void> {
  await app.register(cors, { delegator: (request, done) => done(null, corsFor(request, isControlOpen)) })
}

function corsFor (request: FastifyRequest, isControlOpen: boolean): FastifyCorsOptions {
  if (isControlPath(request.url) && !isControlOpen) return { origin: false, preflight: false }
  const isPreflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined
  return { ...open, preflight: isPreflight }
}

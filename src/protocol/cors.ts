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

/** Lets a page of any origin call any path, credentials included, but those that control the simulator. */
export async function allowBrowsers (app: FastifyInstance): Promise<void> {
  await app.register(cors, { delegator: (request, done) => done(null, corsFor(request)) })
}

function corsFor (request: FastifyRequest): FastifyCorsOptions {
  if (isControlPath(request.url)) return { origin: false, preflight: false }
  const isPreflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined
  return { ...open, preflight: isPreflight }
}

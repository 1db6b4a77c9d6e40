import { program } from '../places.js'

export const fastify = {
  name: 'fastify',
  about: 'stock, the same route and schemas, @fastify/swagger',
  validates: true,
  command: ({ port }) => [process.execPath, program('fastify.js'), port]
}

export const fastifyPlain = {
  name: 'fastify-plain',
  about: 'stock, the same route and schemas, no document',
  validates: true,
  command: ({ port }) => [process.execPath, program('fastify-plain.js'), port]
}

export const fastifyDocs = {
  name: 'fastify-docs',
  about: 'the same with @fastify/swagger-ui and the fixture file',
  validates: true,
  command: ({ port }) => [process.execPath, program('fastify-docs.js'), port]
}

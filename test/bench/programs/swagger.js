import plugin from '@fastify/swagger'

/** Lets an app make its OpenAPI document. */
export async function swagger (app) {
  await app.register(plugin, { openapi: { openapi: '3.1.0', info: { title: 'stock Fastify', version: '1.0.0' } } })
}

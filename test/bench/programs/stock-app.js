import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastify from 'fastify'
import { root } from '../places.js'

// The schemas of the work as the document shows them, so that no code of ovoc-mock's is loaded here.
const document = readFileSync(join(root, 'openapi/openapi.json'), 'utf8')
const { components } = JSON.parse(document.replaceAll(/"#\/components\/schemas\/(\w+)"/g, '"$1#"'))

const schema = {
  operationId: 'verifyCustomer',
  params: { type: 'object', required: ['id'], properties: { id: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER } }, additionalProperties: false },
  querystring: { type: 'object', properties: {}, additionalProperties: false },
  body: { anyOf: [{ type: 'null' }, { $ref: 'CustomerUpdate#' }] },
  response: { 200: { description: 'The customer', content: { 'application/json': { schema: { $ref: 'Customer#' } } } } }
}

/** Fastify as its own documents set it up, with the route and the schemas of the work. */
export async function stockApp (records, describe = async () => {}) {
  const app = fastify({ ajv: { customOptions: { strict: false } } })
  await describe(app)
  for (const name of ['VoiceQuality', 'Customer', 'CustomerUpdate']) app.addSchema({ $id: name, ...components.schemas[name] })
  const byId = new Map(records.map(record => [record.id, record]))
  app.put('/api/ovoc/v1/topology/customers/:id', { schema }, async request => byId.get(request.params.id))
  return app
}

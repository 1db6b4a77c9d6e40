import swagger from '@fastify/swagger'
import Type from 'typebox'
import fastify from 'fastify'
import { CustomerSchema, CustomerUpdateSchema } from '../../../dist/resources/customers/schema.js'
import { VoiceQualitySchema } from '../../../dist/schema/statuses.js'

const schema = {
  operationId: 'verifyCustomer',
  params: Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) }, { additionalProperties: false }),
  querystring: Type.Object({}, { additionalProperties: false }),
  body: Type.Union([Type.Null(), Type.Ref('CustomerUpdate')]),
  response: { 200: { description: 'The customer', content: { 'application/json': { schema: Type.Ref('Customer') } } } }
}

/** Fastify as its own documents set it up, with the route and the schemas of the work. */
export async function stockApp (records, describe = async () => {}) {
  const app = fastify({ ajv: { customOptions: { strict: false } } })
  await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 'stock Fastify', version: '1.0.0' } } })
  await describe(app)
  for (const shared of [VoiceQualitySchema, CustomerSchema, CustomerUpdateSchema]) app.addSchema(shared)
  const byId = new Map(records.map(record => [record.id, record]))
  app.put('/api/ovoc/v1/topology/customers/:id', { schema }, async request => byId.get(request.params.id))
  return app
}

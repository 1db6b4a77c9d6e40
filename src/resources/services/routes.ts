import * as Type from 'typebox'
import { errorResponses } from '../../protocol/error-responses.ts'
import { listQuery, listShape } from '../../protocol/list-query.ts'
import { IdParams, jsonResponse, listResponses, operationsOn, recordOf } from '../../protocol/operations.ts'
import type { OvocApp } from '../../protocol/operations.ts'
import { sendList } from '../../protocol/send-list.ts'
import { assumed, documented, listItemOf, ref, strictObject } from '../../schema/primitives.ts'
import { services } from './generate.ts'
import { ServiceSchema } from './schema.ts'

const allDetails = Type.Optional(Type.Boolean({
  description: 'Both values return the same',
  'x-evidence': assumed('the parameter is documented, but only the response to false is public')
}))
const ServiceItem = listItemOf(ServiceSchema)
const ServiceEnvelopeSchema = strictObject({
  services: Type.Array(ref(ServiceSchema), { minItems: 1, maxItems: 1 })
}, { $id: 'ServiceEnvelope' })
const shape = listShape(ServiceSchema, Object.keys(ServiceSchema.properties))

const operations = operationsOn('services', {
  listServices: {
    summary: 'List services',
    description: 'This list always returns full records, with or without `detail`. ' +
      'Unlike the other lists it is documented, and the documented request does not ask for detail.',
    'x-evidence': documented('AudioCodes, GET topology/services; its public copy is cut after usersCount'),
    querystring: listQuery(shape, { allDetails }),
    response: listResponses('services', ServiceItem, 'The services, with all fields or the requested ones')
  },
  getService: {
    summary: 'Get a service, in a list of one',
    'x-evidence': documented('AudioCodes, GET topology/services/{id}; its public copy is cut after usersCount'),
    params: IdParams,
    querystring: strictObject({ allDetails }),
    response: { 200: jsonResponse(ServiceEnvelopeSchema, 'The service'), ...errorResponses(400, 401, 404) }
  }
})

export const serviceApi = {
  description: 'Services that customers have',
  resource: services,
  operations,
  addRoutes (app: OvocApp): void {
    for (const schema of [ServiceSchema, ServiceItem, ServiceEnvelopeSchema]) app.addSchema(schema)

    app.get('/topology/services', { schema: operations.listServices }, (_, reply) => sendList(reply, services, shape))

    app.get('/topology/services/:id', { schema: operations.getService }, request =>
      ({ services: [recordOf(request, services)] }))
  }
}

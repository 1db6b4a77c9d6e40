import { errorAnswers } from '../../protocol/error-responses.ts'
import { listQuery, listShape } from '../../protocol/list-query.ts'
import { listAnswer, named } from '../../protocol/operations.ts'
import type { OvocApp } from '../../protocol/operations.ts'
import { sendCollection } from '../../protocol/send-list.ts'
import { observed, listItemOf } from '../../schema/primitives.ts'
import { rejectedEndpoints } from './generate.ts'
import { RejectedEndpointSchema } from './schema.ts'

const RejectedEndpointItem = listItemOf(RejectedEndpointSchema)
const shape = listShape(RejectedEndpointSchema, ['mac', 'error'])

/** Schemas of the one operation on rejected endpoints. */
const rejectedEndpointOperations = named({
  listRejectedEndpoints: {
    tags: ['rejectedEndpoints'],
    summary: 'List rejected endpoints',
    'x-evidence': observed('a program in use reads mac and error of each item'),
    querystring: listQuery(shape),
    response: { ...listAnswer('rejectedEndpoints', RejectedEndpointItem), ...errorAnswers(400, 401) }
  }
})

/** The one operation on rejected endpoints. */
function rejectedEndpointRoutes (app: OvocApp): void {
  app.addSchema(RejectedEndpointItem)

  const schema = rejectedEndpointOperations.listRejectedEndpoints
  app.get('/topology/rejectedEndpoints', { schema }, ({ sandbox }, reply) =>
    sendCollection(reply, 'rejectedEndpoints', sandbox.collection(rejectedEndpoints), shape))
}

export const rejectedEndpointApi = {
  path: '/topology/rejectedEndpoints',
  description: 'Endpoints that OVOC rejected',
  resource: rejectedEndpoints,
  operations: rejectedEndpointOperations,
  addRoutes: rejectedEndpointRoutes
}

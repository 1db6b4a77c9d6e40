import { listQuery, listShape } from '../../protocol/list-query.ts'
import { listResponses, operationsOn } from '../../protocol/operations.ts'
import type { OvocApp } from '../../protocol/operations.ts'
import { sendList } from '../../protocol/send-list.ts'
import { observed, listItemOf } from '../../schema/primitives.ts'
import { rejectedEndpoints } from './generate.ts'
import { RejectedEndpointSchema } from './schema.ts'

const RejectedEndpointItem = listItemOf(RejectedEndpointSchema)
const shape = listShape(RejectedEndpointSchema, ['mac', 'error'])

const operations = operationsOn('rejectedEndpoints', {
  listRejectedEndpoints: {
    summary: 'List rejected endpoints',
    'x-evidence': observed('a program in use reads mac and error of each item'),
    querystring: listQuery(shape),
    response: listResponses('rejectedEndpoints', RejectedEndpointItem)
  }
})

export const rejectedEndpointApi = {
  description: 'Endpoints that OVOC rejected',
  resource: rejectedEndpoints,
  operations,
  addRoutes (app: OvocApp): void {
    app.addSchema(RejectedEndpointItem)

    const schema = operations.listRejectedEndpoints
    app.get('/topology/rejectedEndpoints', { schema }, (_, reply) => sendList(reply, rejectedEndpoints, shape))
  }
}

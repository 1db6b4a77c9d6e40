import { errorResponses } from '../../protocol/error-responses.ts'
import { listQuery, listShape } from '../../protocol/list-query.ts'
import { byId, jsonResponse, listResponses, operationsOn, recordWith } from '../../protocol/operations.ts'
import type { OvocApp } from '../../protocol/operations.ts'
import { sendCollection } from '../../protocol/send-list.ts'
import { observed, listItemOf } from '../../schema/primitives.ts'
import { calls } from './generate.ts'
import { CallSchema } from './schema.ts'

const CallItem = listItemOf(CallSchema)
const shape = listShape(CallSchema, ['id', 'url'])

const operations = operationsOn('calls', {
  listCalls: {
    summary: 'List calls',
    'x-evidence': observed('a program in use reads id and url of each'),
    querystring: listQuery(shape),
    response: listResponses('calls', CallItem)
  },
  getCall: {
    summary: 'Get a call',
    'x-evidence': observed('a program in use reads reportingNodeId'),
    ...byId,
    response: { 200: jsonResponse(CallSchema, 'The call'), ...errorResponses(400, 401, 404) }
  }
})

export const callApi = {
  description: 'Monitored calls',
  resource: calls,
  operations,
  addRoutes (app: OvocApp): void {
    for (const schema of [CallSchema, CallItem]) app.addSchema(schema)

    app.get('/callsMonitor/calls', { schema: operations.listCalls }, ({ sandbox }, reply) =>
      sendCollection(reply, 'calls', sandbox.collection(calls), shape))

    app.get('/callsMonitor/calls/:id', { schema: operations.getCall }, ({ sandbox, params }) =>
      recordWith(sandbox, calls, params.id))
  }
}

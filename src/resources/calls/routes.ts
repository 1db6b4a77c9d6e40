import { listQuery, listShape } from '../../protocol/list-query.ts'
import { listResponses, operationsOn, recordOf, retrievalOf } from '../../protocol/operations.ts'
import type { OvocApp } from '../../protocol/operations.ts'
import { sendList } from '../../protocol/send-list.ts'
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
    ...retrievalOf(CallSchema, 'The call')
  }
})

export const callApi = {
  description: 'Monitored calls',
  resource: calls,
  operations,
  addRoutes (app: OvocApp): void {
    for (const schema of [CallSchema, CallItem]) app.addSchema(schema)

    app.get('/callsMonitor/calls', { schema: operations.listCalls }, (_, reply) => sendList(reply, calls, shape))

    app.get('/callsMonitor/calls/:id', { schema: operations.getCall }, request => recordOf(request, calls))
  }
}

import { errorAnswers } from '../../protocol/error-responses.ts'
import { listQuery, listShape } from '../../protocol/list-query.ts'
import { IdParams, NoQuery, answer, found, listAnswer, named } from '../../protocol/operations.ts'
import type { OvocApp } from '../../protocol/operations.ts'
import { sendCollection } from '../../protocol/send-list.ts'
import { observed, listItemOf } from '../../schema/primitives.ts'
import { calls } from './generate.ts'
import { CallSchema } from './schema.ts'

const CallItem = listItemOf(CallSchema)
const shape = listShape(CallSchema, ['id', 'url'])

/** Schemas of the operations on monitored calls. */
const callOperations = named({
  listCalls: {
    tags: ['calls'],
    summary: 'List calls',
    'x-evidence': observed('a program in use reads id and url of each'),
    querystring: listQuery(shape),
    response: { ...listAnswer('calls', CallItem), ...errorAnswers(400, 401) }
  },
  getCall: {
    tags: ['calls'],
    summary: 'Get a call',
    'x-evidence': observed('a program in use reads reportingNodeId'),
    params: IdParams,
    querystring: NoQuery,
    response: { 200: answer(CallSchema, 'The call'), ...errorAnswers(400, 401, 404) }
  }
})

/** The operations on monitored calls. */
function callRoutes (app: OvocApp): void {
  for (const schema of [CallSchema, CallItem]) app.addSchema(schema)

  app.get('/callsMonitor/calls', { schema: callOperations.listCalls }, ({ sandbox }, reply) =>
    sendCollection(reply, 'calls', sandbox.collection(calls), shape))

  app.get('/callsMonitor/calls/:id', { schema: callOperations.getCall }, ({ sandbox, params }) =>
    found(sandbox.collection(calls).get(params.id), 'call', params.id))
}

export const callApi = {
  path: '/callsMonitor/calls',
  description: 'Monitored calls',
  resource: calls,
  operations: callOperations,
  addRoutes: callRoutes
}

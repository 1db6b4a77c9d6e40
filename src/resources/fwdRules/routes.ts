import { errorResponses } from '../../protocol/error-responses.ts'
import { listQuery, listShape } from '../../protocol/list-query.ts'
import {
  NoQuery, byId, deletedResponse, found, jsonResponse, listResponses, operationsOn, recordOf, retrievalOf
} from '../../protocol/operations.ts'
import type { OvocApp } from '../../protocol/operations.ts'
import { refuseProblems } from '../../protocol/refusal.ts'
import { sendList } from '../../protocol/send-list.ts'
import { schemaProblems } from '../../protocol/validation.ts'
import { bodyProblems, mergeByKey } from '../../sandbox/update-record.ts'
import { assumed, observed, listItemOf, ref } from '../../schema/primitives.ts'
import { completeFwdRule, fwdRules } from './generate.ts'
import {
  CreatedFwdRuleSchema, FwdRuleCreationSchema, FwdRuleSchema, FwdRuleUpdateSchema, readOnlyFieldNames
} from './schema.ts'

const FwdRuleItem = listItemOf(FwdRuleSchema)
const shape = listShape(FwdRuleSchema, ['id', 'url', 'name'])

const operations = operationsOn('fwdRules', {
  listFwdRules: {
    summary: 'List alarm forwarding rules',
    description: 'Brief items have the name instead of a description: no observed rule has a description.',
    'x-evidence': observed('a program in use looks its rule up by name; what else brief items have besides id ' +
      'and url is assumed'),
    querystring: listQuery(shape),
    response: listResponses('fwdRules', FwdRuleItem)
  },
  createFwdRule: {
    summary: 'Create an alarm forwarding rule',
    'x-evidence': observed('a program in use does so, and gets 201 with id and url'),
    querystring: NoQuery,
    body: ref(FwdRuleCreationSchema),
    response: {
      201: jsonResponse(CreatedFwdRuleSchema, 'The rule was created'),
      ...errorResponses(400, 401, 403, 413, 415, 507)
    }
  },
  getFwdRule: {
    summary: 'Get an alarm forwarding rule',
    'x-evidence': assumed('the path is the url of a rule, but no observed program reads a single rule'),
    ...retrievalOf(FwdRuleSchema, 'The rule')
  },
  updateFwdRule: {
    ...byId,
    summary: 'Change fields of an alarm forwarding rule',
    'x-evidence': observed('a program in use sends only the fields that change; what the response holds is assumed'),
    body: ref(FwdRuleUpdateSchema),
    response: {
      200: jsonResponse(FwdRuleSchema, 'The rule after the change'),
      ...errorResponses(400, 401, 403, 404, 413, 415, 507)
    }
  },
  deleteFwdRule: {
    ...byId,
    summary: 'Delete an alarm forwarding rule',
    'x-evidence': observed('a program in use does so, and reads only the status'),
    response: { ...deletedResponse, ...errorResponses(400, 401, 403, 404, 507) }
  }
})

export const fwdRuleApi = {
  description: 'Alarm forwarding rules',
  resource: fwdRules,
  operations,
  addRoutes (app: OvocApp): void {
    const schemas = [FwdRuleSchema, FwdRuleItem, FwdRuleCreationSchema, FwdRuleUpdateSchema, CreatedFwdRuleSchema]
    for (const schema of schemas) app.addSchema(schema)

    app.get('/alarms/fwdRules', { schema: operations.listFwdRules }, (_, reply) => sendList(reply, fwdRules, shape))

    const creation = { attachValidation: true, schema: operations.createFwdRule }
    app.post('/alarms/fwdRules', creation, async (request, reply) => {
      const { sandbox, body } = request
      const id = sandbox.freeId(fwdRules)
      refuseProblems(schemaProblems(request), bodyProblems(sandbox, fwdRules, id, body))
      const { url } = sandbox.create(fwdRules, id, completeFwdRule(id, body))
      return reply.code(201).send({ id, url })
    })

    app.get('/alarms/fwdRules/:id', { schema: operations.getFwdRule }, request => recordOf(request, fwdRules))

    app.put('/alarms/fwdRules/:id', { attachValidation: true, schema: operations.updateFwdRule }, request => {
      const { sandbox, params: { id }, body } = request
      const ofSchema = schemaProblems(request)
      const collection = sandbox.collection(fwdRules)
      const rule = collection.get(id)
      // A body of a wrong shape is refused before a missing record.
      if (rule === undefined) refuseProblems(ofSchema)
      const updated = mergeByKey(found(rule, fwdRules.noun, id), body)
      refuseProblems(ofSchema, bodyProblems(sandbox, fwdRules, id, body, rule, readOnlyFieldNames))
      return collection.set(id, updated)
    })

    app.delete('/alarms/fwdRules/:id', { schema: operations.deleteFwdRule }, request => {
      recordOf(request, fwdRules)
      request.sandbox.collection(fwdRules).delete(request.params.id)
      return {}
    })
  }
}

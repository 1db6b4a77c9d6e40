import { errorAnswers } from '../../protocol/errors.ts'
import { listQuery, listShape } from '../../protocol/list-query.ts'
import { IdParams, NoQuery, answer, deletedAnswer, listAnswer, named } from '../../protocol/operations.ts'
import type { OvocApp } from '../../protocol/operations.ts'
import { sendCollection } from '../../protocol/send-list.ts'
import { nameAllFaults } from '../../protocol/update-record.ts'
import { assumed, observed } from '../../schema/evidence.ts'
import { listItemOf, ref } from '../../schema/primitives.ts'
import { createFwdRule, creationFaults, deleteFwdRule, getFwdRule, updateFaults, updateFwdRule } from './change.ts'
import { fwdRules } from './generate.ts'
import { CreatedFwdRuleSchema, FwdRuleCreationSchema, FwdRuleSchema, FwdRuleUpdateSchema } from './schema.ts'

const item = { tags: ['fwdRules'], params: IdParams, querystring: NoQuery }
const FwdRuleItem = listItemOf(FwdRuleSchema)
const shape = listShape(FwdRuleSchema, ['id', 'url', 'name'])

/** Schemas of the operations on alarm forwarding rules. */
const fwdRuleOperations = named({
  listFwdRules: {
    tags: ['fwdRules'],
    summary: 'List alarm forwarding rules',
    description: 'Brief items have the name in the place of a description: no rule that is seen has one.',
    'x-evidence': observed('a program in use looks its rule up by name; what else brief items have than id and url is assumed'),
    querystring: listQuery(shape),
    response: { ...listAnswer('fwdRules', FwdRuleItem), ...errorAnswers(400, 401) }
  },
  createFwdRule: {
    tags: ['fwdRules'],
    summary: 'Create an alarm forwarding rule',
    'x-evidence': observed('a program in use does so, and gets 201 with id and url'),
    querystring: NoQuery,
    body: ref(FwdRuleCreationSchema),
    response: { 201: answer(CreatedFwdRuleSchema, 'The rule was created'), ...errorAnswers(400, 401, 403, 413, 415) }
  },
  getFwdRule: {
    ...item,
    summary: 'Get an alarm forwarding rule',
    'x-evidence': assumed('the path is that of a rule\'s url, but no program is seen to read a single rule'),
    response: { 200: answer(FwdRuleSchema, 'The rule'), ...errorAnswers(400, 401, 404) }
  },
  updateFwdRule: {
    ...item,
    summary: 'Change the given fields of an alarm forwarding rule',
    'x-evidence': observed('a program in use sends only the fields that change; what the answer holds is assumed'),
    body: ref(FwdRuleUpdateSchema),
    response: { 200: answer(FwdRuleSchema, 'The rule after the change'), ...errorAnswers(400, 401, 403, 404, 413, 415) }
  },
  deleteFwdRule: {
    ...item,
    summary: 'Delete an alarm forwarding rule',
    'x-evidence': observed('a program in use does so, and looks at the status only'),
    response: { ...deletedAnswer, ...errorAnswers(400, 401, 403, 404) }
  }
})

/** The operations on alarm forwarding rules. */
function fwdRuleRoutes (app: OvocApp): void {
  for (const schema of [FwdRuleSchema, FwdRuleItem, FwdRuleCreationSchema, FwdRuleUpdateSchema, CreatedFwdRuleSchema]) app.addSchema(schema)

  app.get('/alarms/fwdRules', { schema: fwdRuleOperations.listFwdRules }, ({ sandbox }, reply) =>
    sendCollection(reply, 'fwdRules', sandbox.collection(fwdRules), shape))

  app.post('/alarms/fwdRules', { errorHandler: nameAllFaults(creationFaults), schema: fwdRuleOperations.createFwdRule }, async ({ sandbox, body }, reply) => {
    const { id, url } = createFwdRule(sandbox, body)
    return reply.code(201).send({ id, url })
  })

  app.get('/alarms/fwdRules/:id', { schema: fwdRuleOperations.getFwdRule }, ({ sandbox, params }) => getFwdRule(sandbox, params.id))

  app.put('/alarms/fwdRules/:id', { errorHandler: nameAllFaults(updateFaults), schema: fwdRuleOperations.updateFwdRule }, ({ sandbox, params, body }) =>
    updateFwdRule(sandbox, params.id, body))

  app.delete('/alarms/fwdRules/:id', { schema: fwdRuleOperations.deleteFwdRule }, ({ sandbox, params }) => deleteFwdRule(sandbox, params.id))
}

export const fwdRuleApi = {
  path: '/alarms/fwdRules',
  description: 'Alarm forwarding rules',
  resource: fwdRules,
  operations: fwdRuleOperations,
  addRoutes: fwdRuleRoutes
}

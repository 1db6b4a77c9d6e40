import Type from 'typebox'
import type { Static } from 'typebox'
import type { Catalogue } from '../protocol/catalogue.ts'
import { IdParams, NoQuery, answer, found, required } from '../protocol/operations.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { problemAnswers } from '../protocol/problem.ts'
import { Refusal } from '../protocol/refusal.ts'
import { checkBody, isSound } from '../protocol/validation.ts'
import type { Fault } from '../sandbox/fault.ts'
import { FaultRuleSchema, ruleFaults, ruleFields } from '../sandbox/fault-rule.ts'
import type { FaultRule } from '../sandbox/fault-rule.ts'
import { presetNames, presets } from '../sandbox/presets.ts'
import { Count, Id, oneOf, ref, strictObject } from '../schema/primitives.ts'
import { matchFaults } from './match-faults.ts'
import { doneAnswer } from './shapes.ts'

const FaultCreationSchema = strictObject({
  preset: Type.Optional(oneOf(presetNames, { description: 'A set of rules under a name, in the place of all other fields' })),
  ...ruleFields
}, {
  $id: 'FaultCreation',
  description: 'A rule with exactly one of status, delay, break and rateLimit, or a preset',
  examples: [{ match: { operation: 'verifyCustomer' }, status: 503, retryAfter: 5, times: 2 }, { preset: 'flaky' }]
})

/** What a fault rule is made of. */
export type FaultCreation = Static<typeof FaultCreationSchema>

const FaultSchema = strictObject({
  id: Id,
  ...FaultRuleSchema.properties,
  matched: { ...Count, description: 'How many of the requests that came to it matched' },
  fired: { ...Count, description: 'For how many of them it took effect' }
}, { $id: 'Fault', description: 'A fault rule and what it has done so far' })

/** A fault rule and what it has done so far. */
export type FaultFacts = Static<typeof FaultSchema>

const FaultListSchema = strictObject({ rules: Type.Array(ref(FaultSchema)) }, { $id: 'FaultList', description: 'Fault rules, in the order in which they are looked at' })

/** How many fault rules a sandbox keeps. */
const mostRules = 1000

/** The routes by which a sandbox is told to fail. */
export function faultRoutes (app: OvocApp): void {
  for (const schema of [FaultCreationSchema, FaultSchema, FaultListSchema]) app.addSchema(schema)

  app.post('/faults', {
    attachValidation: true,
    schema: {
      operationId: 'addFaults',
      summary: 'Add a fault rule, or those of a preset',
      querystring: NoQuery,
      body: required(FaultCreationSchema),
      response: { 201: answer(FaultListSchema, 'The rules that were added'), ...problemAnswers(400, 401, 403, 409, 413, 415) }
    }
  }, async (request, reply) => {
    checkBody(request, ofSchema => creationProblems(request.body, ofSchema, app.catalogue))
    const { sandbox: { faults }, body: { preset, ...rule } } = request
    const rules: readonly FaultRule[] = preset === undefined ? [rule] : presets[preset]
    if (faults.count + rules.length > mostRules) throw new Refusal(409, `the sandbox has ${faults.count} fault rules, and keeps no more than ${mostRules}; delete some first`)
    return reply.code(201).send({ rules: rules.map(rule => factsOf(faults.add(rule))) })
  })

  app.get('/faults', {
    schema: {
      operationId: 'listFaults',
      summary: 'List the fault rules with their counts',
      querystring: NoQuery,
      response: { 200: answer(FaultListSchema, 'The rules'), ...problemAnswers(400, 401, 403) }
    }
  }, ({ sandbox: { faults } }) => ({ rules: Array.from(faults.values(), factsOf) }))

  app.delete('/faults', {
    schema: {
      operationId: 'deleteFaults',
      summary: 'Delete all fault rules; a reset brings those of the server\'s options back',
      querystring: NoQuery,
      response: { ...doneAnswer, ...problemAnswers(400, 401, 403) }
    }
  }, ({ sandbox: { faults } }) => {
    faults.clear()
    return {}
  })

  app.get('/faults/:id', {
    schema: {
      operationId: 'getFault',
      summary: 'Read a fault rule with its counts',
      params: IdParams,
      querystring: NoQuery,
      response: { 200: answer(FaultSchema, 'The rule'), ...problemAnswers(400, 401, 403, 404) }
    }
  }, ({ sandbox: { faults }, params: { id } }) => factsOf(found(faults.get(id), 'fault rule', id)))

  app.delete('/faults/:id', {
    schema: {
      operationId: 'deleteFault',
      summary: 'Delete a fault rule',
      params: IdParams,
      querystring: NoQuery,
      response: { ...doneAnswer, ...problemAnswers(400, 401, 403, 404) }
    }
  }, ({ sandbox: { faults }, params: { id } }) => {
    faults.delete(found(faults.get(id), 'fault rule', id).id)
    return {}
  })
}

function creationProblems (body: FaultCreation, ofSchema: readonly string[], catalogue: Catalogue): string[] {
  const { preset, ...rule } = body
  const excess = Object.keys(rule).filter(name => Object.hasOwn(ruleFields, name))
  if (preset !== undefined) return excess.map(name => `/${name} must be left out where there is /preset`)
  const ofMatch = isSound('match', ofSchema) ? matchFaults(rule.match ?? {}, catalogue) : []
  return [...ofSchema.length > 0 ? [] : ruleFaults(rule), ...ofMatch]
}

function factsOf ({ id, rule, matched, fired }: Fault): FaultFacts {
  return { id, ...rule, matched, fired }
}

import type { FastifyInstance } from 'fastify'
import * as Type from 'typebox'
import type { Static } from 'typebox'
import { IdParams, doneResponse, found, jsonResponse } from '../protocol/operations.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { problemResponses } from '../protocol/problem.ts'
import { Refusal, refuseProblems } from '../protocol/refusal.ts'
import { sendLists } from '../protocol/send-list.ts'
import { schemaProblems } from '../protocol/validation.ts'
import type { ActiveRule } from '../sandbox/rules.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { RuleSchema, ruleProblems, ruleFields } from '../sandbox/rule.ts'
import type { Rule } from '../sandbox/rule.ts'
import { presetNames, presets } from '../sandbox/presets.ts'
import { Count, Id, oneOf, ref, strictObject } from '../schema/primitives.ts'
import { conditionsIn, matchProblems, problemsOfGivenRule, searchesIn } from './match-problems.ts'

const RuleCreationSchema = strictObject({
  preset: Type.Optional(oneOf(presetNames, {
    description: 'The name of a set of rules. It replaces all other fields'
  })),
  ...ruleFields
}, {
  $id: 'RuleCreation',
  description: 'A rule or a preset. A rule has a response, responses in turn, a break or a rate limit, with or ' +
    'without a delay. It can also have only a delay',
  examples: [
    { match: { operation: 'verifyCustomer' }, status: 503, headers: { 'Retry-After': '5' }, times: 2 },
    { match: { path: '/ovoc/v1/topology/sites' }, body: { sites: [] } },
    { match: { operation: 'verifyCustomer' }, responses: [503, 503, 200] },
    { preset: 'flaky' }
  ]
})

const RuleFactsSchema = strictObject({
  id: Id,
  preset: Type.Optional(oneOf(presetNames, { description: 'The preset that it belongs to' })),
  ...RuleSchema.properties,
  matched: { ...Count, description: 'How many of the requests that reached the rule matched it' },
  fired: { ...Count, description: 'For how many of them the rule took effect' }
}, { $id: 'ActiveRule', description: 'A rule with its counts so far' })

/** A rule with its counts so far. */
export type RuleFacts = Static<typeof RuleFactsSchema>

const RuleListSchema = strictObject(
  { rules: Type.Array(ref(RuleFactsSchema)) },
  { $id: 'RuleList', description: 'Rules, in the order in which they are tried' }
)

/**
 * How many rules a sandbox can have, how many conditions all together, and how many patterns that are searched for.
 * Every request is compared with each.
 */
const maxRules = 1000
const maxTotalConditions = 5000
const maxTotalSearches = 500

/** Adds the routes for the rules of a sandbox. */
export function ruleRoutes (app: OvocApp): void {
  for (const schema of [RuleCreationSchema, RuleFactsSchema, RuleListSchema]) app.addSchema(schema)

  app.post('/rules', {
    attachValidation: true,
    schema: {
      operationId: 'addRules',
      summary: 'Add a rule, or the rules of a preset',
      body: ref(RuleCreationSchema),
      response: { 201: jsonResponse(RuleListSchema, 'The rules that were added'), ...problemResponses(409, 507) }
    }
  }, async (request, reply) => {
    const ofSchema = schemaProblems(request)
    const { sandbox, body: { preset, ...rule } } = request
    if (preset !== undefined) {
      const excess = Object.keys(ruleFields).filter(name => Object.hasOwn(rule, name))
      refuseProblems(ofSchema, excess.map(name => `/${name} must be left out where there is /preset`))
      return reply.code(201).send({ rules: add(sandbox, presets[preset]) })
    }
    const ofRule = ofSchema.length > 0 ? [] : ruleProblems(rule)
    refuseProblems(ofSchema, [...ofRule, ...matchProblems(rule.match, app.catalogue, ofSchema)])
    return reply.code(201).send({ rules: add(sandbox, [rule]) })
  })

  app.get('/rules', {
    schema: {
      operationId: 'listRules',
      summary: 'List the rules with their counts',
      response: { 200: jsonResponse(RuleListSchema, 'The rules') }
    }
  }, ({ sandbox: { rules } }, reply) => sendLists(reply, [['rules', Array.from(rules.values(), factsOf)]]))

  app.delete('/rules', {
    schema: {
      operationId: 'deleteRules',
      summary: 'Delete all rules; a reset brings back those of the server\'s options',
      response: doneResponse
    }
  }, ({ sandbox: { rules } }) => {
    rules.clear()
    return {}
  })

  app.get('/rules/:id', {
    schema: {
      operationId: 'getRule',
      summary: 'Read a rule with its counts',
      params: IdParams,
      response: { 200: jsonResponse(RuleFactsSchema, 'The rule'), ...problemResponses(404) }
    }
  }, ({ sandbox: { rules }, params: { id } }) => factsOf(found(rules.get(id), 'rule', id)))

  app.delete('/rules/:id', {
    schema: {
      operationId: 'deleteRule',
      summary: 'Delete a rule',
      params: IdParams,
      response: { ...doneResponse, ...problemResponses(404) }
    }
  }, ({ sandbox: { rules }, params: { id } }) => {
    rules.delete(found(rules.get(id), 'rule', id).id)
    return {}
  })
}

declare module 'fastify' {
  interface FastifyInstance { addRule: typeof addRule }
}

/**
 * Adds a rule to the sandbox with this name, for a program in the same process. JSON can't hold a function.
 * @throws {Refusal} 400 that names every problem, 409 if the sandbox has too many rules.
 */
export function addRule (this: FastifyInstance, name: string, rule: Rule): RuleFacts {
  refuseProblems(problemsOfGivenRule(rule, this.catalogue))
  return add(this.sandboxes.open(name), [rule])[0] as RuleFacts
}

/** @throws {Refusal} 409 if the sandbox would then have too many rules or conditions. */
function add ({ rules, storage }: Sandbox, given: readonly Rule[]): RuleFacts[] {
  if (rules.size + given.length > maxRules) {
    const kept = `the sandbox has ${rules.size} rules, and keeps no more than ${maxRules}`
    throw new Refusal(409, `${kept}; delete some first`)
  }
  let [conditions, searches] = [0, 0]
  for (const { match = {} } of [...Array.from(rules.values(), ({ rule }) => rule), ...given]) {
    conditions += conditionsIn(match)
    searches += searchesIn(match)
  }
  if (conditions > maxTotalConditions) {
    throw new Refusal(409, `the rules of a sandbox have at most ${maxTotalConditions} conditions, got ${conditions}`)
  }
  if (searches > maxTotalSearches) {
    const most = `the rules of a sandbox have at most ${maxTotalSearches} patterns with two * or more`
    throw new Refusal(409, `${most}, got ${searches}`)
  }
  storage.take(given.reduce((sum, rule) => sum + storage.sizeOf(rule), 0))
  return given.map(rule => factsOf(rules.add(rule)))
}

function factsOf ({ id, rule, matched, fired }: ActiveRule): RuleFacts {
  // The rules of a preset are constants.
  const preset = presetNames.find(name => (presets[name] as readonly Rule[]).includes(rule))
  return { id, ...preset !== undefined && { preset }, ...rule, matched, fired }
}

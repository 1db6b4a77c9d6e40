import type { FastifySchema } from 'fastify'
import * as Type from 'typebox'
import type { Static } from 'typebox'
import type { Dataset } from '../dataset/dataset.ts'
import type { FixtureProblems } from '../dataset/fixture-problems.ts'
import { NoQuery, answer } from '../protocol/operations.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { ProblemSchema, problemAnswers } from '../protocol/problem.ts'
import { Refusal } from '../protocol/refusal.ts'
import { MatchSchema } from '../sandbox/match.ts'
import type { Rule } from '../sandbox/rule.ts'
import { strictObject } from '../schema/primitives.ts'
import { clockRoutes } from './clock-routes.ts'
import { consoleRoutes } from './console-routes.ts'
import { addRule, ruleRoutes } from './rule-routes.ts'
import type { RuleFacts } from './rule-routes.ts'
import { recordRoutes } from './record-routes.ts'
import { requestRoutes } from './request-routes.ts'
import { sandboxRoutes } from './sandbox-routes.ts'
import { DoneSchema } from './shapes.ts'
import { snapshotRoutes } from './snapshot-routes.ts'

const HealthSchema = strictObject({
  status: Type.Literal('ok'),
  version: Type.String(),
  seed: Type.Integer(),
  counts: Type.Record(Type.String(), Type.Integer(), { description: 'How many records there are, by resource' })
}, { $id: 'Health' })

const ReloadedSchema = strictObject({ counts: HealthSchema.properties.counts }, { $id: 'Reloaded' })

/** What `GET /__admin/health` answers. */
export type Health = Static<typeof HealthSchema>

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Adds a rule to the sandbox of a name. Unlike JSON, it can hold a function.
     * @throws {Refusal}
     */
    addRule (name: string, rule: Rule): RuleFacts
    /**
     * Reads the server's fixtures again.
     * @throws {FixtureProblems}
     */
    readFixtures (): Promise<Dataset>
  }
}

/** Registers what a tester does to an OVOC, under `/__admin`. */
export async function registerControl (app: OvocApp, facts: Pick<Health, 'version' | 'seed'>): Promise<void> {
  app.decorate('addRule', (name, rule) => addRule(app, name, rule))
  await app.register(async (scope: OvocApp) => {
    for (const schema of [ProblemSchema, DoneSchema, MatchSchema, HealthSchema, ReloadedSchema]) scope.addSchema(schema)

    // Anybody may ask for this.
    scope.get('/health', {
      config: { sandboxUse: 'none' },
      schema: {
        operationId: 'getHealth',
        summary: 'Ask whether the server is ready, and what it serves',
        querystring: NoQuery,
        response: { 200: answer(HealthSchema, 'The server is ready'), ...problemAnswers(400) }
      }
    }, async ({ sandbox }): Promise<Health> => ({ status: 'ok', ...facts, counts: await sandbox.counts() }))

    consoleRoutes(scope)

    // Each route after this one rejects what all of them do. A query is wrong unless the route describes it.
    scope.addHook('onRoute', route => {
      const schema = route.schema as FastifySchema
      schema.querystring ??= NoQuery
      const ofBody = schema.body === undefined ? [] : [413, 415]
      schema.response = { ...schema.response as object, ...problemAnswers(400, 401, 403, ...ofBody) }
    })
    scope.post('/fixtures/reload', {
      config: { sandboxUse: 'none' },
      schema: {
        operationId: 'reloadFixtures',
        summary: 'Read the fixtures again; every sandbox begins anew',
        response: { 200: answer(ReloadedSchema, 'They were read; if anything is wrong with them, all stays as it was') }
      }
    }, async () => {
      app.sandboxes.reload(await app.readFixtures().catch((error: Error & Partial<FixtureProblems>) => {
        const { problems = [error.message] } = error
        throw new Refusal(400, `the fixtures can't be served: ${problems.join('; ')}`, {}, problems)
      }))
      return { counts: await app.sandboxes.default.counts() }
    })
    for (const add of [sandboxRoutes, clockRoutes, recordRoutes, snapshotRoutes, ruleRoutes, requestRoutes]) add(scope)
  }, { prefix: '/__admin' })
}

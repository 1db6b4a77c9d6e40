import type { FastifySchema } from 'fastify'
import * as Type from 'typebox'
import type { Static } from 'typebox'
import { DoneSchema, NoQuery, jsonResponse } from '../protocol/operations.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { ProblemSchema, problemResponses } from '../protocol/problem.ts'
import { servePage } from '../protocol/serve-page.ts'
import { MatchSchema } from '../sandbox/match.ts'
import { Count, strictObject } from '../schema/primitives.ts'
import { clockRoutes } from './clock-routes.ts'
import { expectationRoutes } from './expectation-routes.ts'
import { RecordCounts, fixtureRoutes } from './fixture-routes.ts'
import { addRule, ruleRoutes } from './rule-routes.ts'
import { recordRoutes } from './record-routes.ts'
import { requestRoutes } from './request-routes.ts'
import { sandboxRoutes } from './sandbox-routes.ts'
import { snapshotRoutes } from './snapshot-routes.ts'

const HealthSchema = strictObject({
  status: Type.Literal('ok'),
  version: Type.String(),
  seed: Type.Integer(),
  uptimeSeconds: { ...Count, description: "Seconds since the server's process started" },
  memoryBytes: { ...Count, description: "Bytes of memory that the server's process holds" },
  counts: RecordCounts
}, { $id: 'Health' })

/** The body of the response to `GET /__admin/health`. */
export type Health = Static<typeof HealthSchema>

/** Registers the routes under `/__admin`, with which a tester controls an OVOC. */
export async function registerControl (app: OvocApp, facts: Pick<Health, 'version' | 'seed'>): Promise<void> {
  app.decorate('addRule', addRule)
  await app.register(async (scope: OvocApp) => {
    for (const schema of [ProblemSchema, DoneSchema, MatchSchema, HealthSchema]) scope.addSchema(schema)

    // Everybody may call this route.
    scope.get('/health', {
      config: { sandboxUse: 'none' },
      schema: {
        operationId: 'getHealth',
        summary: 'Check whether the server is ready, and what it serves',
        querystring: NoQuery,
        response: { 200: jsonResponse(HealthSchema, 'The server is ready'), ...problemResponses(400) }
      }
    }, async ({ sandbox }): Promise<Health> => ({
      status: 'ok',
      ...facts,
      uptimeSeconds: Math.floor(process.uptime()),
      memoryBytes: process.memoryUsage.rss(),
      counts: await sandbox.counts()
    }))

    servePage(scope, '/console', 'console')

    // All routes after this one share these error responses. A query is wrong unless the route describes it.
    scope.addHook('onRoute', route => {
      const schema = route.schema as FastifySchema
      schema.querystring ??= NoQuery
      const ofBody = schema.body === undefined ? [] : [413, 415]
      schema.response = { ...schema.response as object, ...problemResponses(400, 401, 403, ...ofBody) }
    })
    const all = [
      fixtureRoutes, sandboxRoutes, clockRoutes, recordRoutes, snapshotRoutes, ruleRoutes, requestRoutes,
      expectationRoutes
    ]
    for (const add of all) add(scope)
  }, { prefix: '/__admin' })
}

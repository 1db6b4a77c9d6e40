import type { FastifySchema } from 'fastify'
import { NoQuery } from '../protocol/operations.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { ProblemSchema, problemAnswers } from '../protocol/problem.ts'
import { MatchSchema } from '../sandbox/match.ts'
import { clockRoutes } from './clock-routes.ts'
import { ruleRoutes } from './rule-routes.ts'
import { healthRoute } from './health-route.ts'
import type { ServerFacts } from './health-route.ts'
import { recordRoutes } from './record-routes.ts'
import { requestRoutes } from './request-routes.ts'
import { sandboxRoutes } from './sandbox-routes.ts'
import { DoneSchema } from './shapes.ts'
import { snapshotRoutes } from './snapshot-routes.ts'

const routes = [sandboxRoutes, clockRoutes, recordRoutes, snapshotRoutes, ruleRoutes, requestRoutes]

/** Registers what a tester does to an OVOC, under `/__admin`. */
export async function registerControl (app: OvocApp, facts: ServerFacts): Promise<void> {
  await app.register(async scope => {
    for (const schema of [ProblemSchema, DoneSchema, MatchSchema]) scope.addSchema(schema)
    healthRoute(scope, facts)

    // Each route after this one rejects what all of them do. A query is wrong unless the route describes it.
    scope.addHook('onRoute', route => {
      const schema = route.schema as FastifySchema
      schema.querystring ??= NoQuery
      const ofBody = schema.body === undefined ? [] : [413, 415]
      schema.response = { ...schema.response as object, ...problemAnswers(400, 401, 403, ...ofBody) }
    })
    for (const add of routes) add(scope)
  }, { prefix: '/__admin' })
}

import type { OvocApp } from '../protocol/operations.ts'
import { ProblemSchema } from '../protocol/problem.ts'
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
    for (const add of routes) add(scope)
  }, { prefix: '/__admin' })
}

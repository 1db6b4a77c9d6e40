import type { OvocApp } from '../protocol/operations.ts'
import { ProblemSchema } from '../protocol/problem.ts'
import { MatchSchema } from '../sandbox/match.ts'
import { clockRoutes } from './clock.ts'
import { faultRoutes } from './faults.ts'
import { healthRoute } from './health.ts'
import type { ServerFacts } from './health.ts'
import { recordRoutes } from './records.ts'
import { requestRoutes } from './requests.ts'
import { sandboxRoutes } from './sandboxes.ts'
import { DoneSchema } from './shapes.ts'
import { snapshotRoutes } from './snapshots.ts'

const routes = [sandboxRoutes, clockRoutes, recordRoutes, snapshotRoutes, faultRoutes, requestRoutes]

/** Registers what a tester does to an OVOC, under `/__admin`. */
export async function registerControl (app: OvocApp, facts: ServerFacts): Promise<void> {
  await app.register(async scope => {
    for (const schema of [ProblemSchema, DoneSchema, MatchSchema]) scope.addSchema(schema)
    healthRoute(scope, facts)
    for (const add of routes) add(scope)
  }, { prefix: '/__admin' })
}

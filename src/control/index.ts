import type { OvocApp } from '../protocol/operations.ts'
import { ProblemSchema } from '../protocol/problem.ts'
import { clockRoutes } from './clock.ts'
import { healthRoute } from './health.ts'
import type { ServerFacts } from './health.ts'
import { sandboxRoutes } from './sandboxes.ts'
import { DoneSchema } from './shapes.ts'

const routes = [sandboxRoutes, clockRoutes]

/** Registers what a tester does to an OVOC, under `/__admin`. */
export async function registerControl (app: OvocApp, facts: ServerFacts): Promise<void> {
  await app.register(async scope => {
    for (const schema of [ProblemSchema, DoneSchema]) scope.addSchema(schema)
    healthRoute(scope, facts)
    for (const add of routes) add(scope)
  }, { prefix: '/__admin' })
}

import Type from 'typebox'
import type { Static } from 'typebox'
import type { OvocApp } from '../protocol/operations.ts'
import { NoQuery, answer } from '../protocol/operations.ts'
import { problemAnswers } from '../protocol/problem.ts'
import { strictObject } from '../schema/primitives.ts'

const HealthSchema = strictObject({
  status: Type.Literal('ok'),
  version: Type.String(),
  seed: Type.Integer(),
  counts: Type.Record(Type.String(), Type.Integer(), { description: 'How many records there are, by resource' })
}, { $id: 'Health' })

/** What `GET /__admin/health` answers. */
export type Health = Static<typeof HealthSchema>

/** What a server tells of itself. */
export interface ServerFacts { version: string, seed: number }

/** Tells anybody that the server is ready, and what it serves. */
export function healthRoute (app: OvocApp, facts: ServerFacts): void {
  app.addSchema(HealthSchema)
  app.get('/health', {
    config: { sandboxUse: 'none' },
    schema: {
      operationId: 'getHealth',
      summary: 'Ask whether the server is ready, and what it serves',
      querystring: NoQuery,
      response: { 200: answer(HealthSchema, 'The server is ready'), ...problemAnswers(400) }
    }
  }, async ({ sandbox }): Promise<Health> => {
    const counts: Record<string, number> = {}
    for (const name of sandbox.dataset.resources.keys()) counts[name] = await sandbox.named(name).count()
    return { status: 'ok', ...facts, counts }
  })
}

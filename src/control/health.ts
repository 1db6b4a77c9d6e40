import Type from 'typebox'
import type { Static } from 'typebox'
import type { Resource } from '../dataset/resource.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { answer } from '../protocol/operations.ts'
import { strictObject } from '../schema/primitives.ts'

const HealthSchema = strictObject({
  status: Type.Literal('ok'),
  version: Type.String(),
  seed: Type.Integer(),
  counts: Type.Record(Type.String(), Type.Integer(), { description: 'How many records there are, by resource' })
}, { $id: 'Health' })

/** What `GET /__admin/health` answers. */
export type Health = Static<typeof HealthSchema>

/** Tells that the server is ready, and what it serves. */
export function healthRoute (app: OvocApp, resources: readonly Resource[], facts: { version: string, seed: number }): void {
  app.addSchema(HealthSchema)
  app.get('/__admin/health', {
    schema: { hide: true, response: { 200: answer(HealthSchema, 'The server is ready') } }
  }, ({ sandbox }): Health => ({
    status: 'ok',
    ...facts,
    counts: Object.fromEntries(resources.map(resource => [resource.name, sandbox.collection(resource).count]))
  }))
}

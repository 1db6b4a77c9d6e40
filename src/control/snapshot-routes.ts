import * as Type from 'typebox'
import type { Static } from 'typebox'
import { doneResponse, jsonResponse } from '../protocol/operations.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { sandboxNameFormat } from '../protocol/base-paths.ts'
import { problemResponses } from '../protocol/problem.ts'
import { Refusal } from '../protocol/refusal.ts'
import { untilConnected, sendLists } from '../protocol/send-list.ts'
import type { Sandbox, Snapshot } from '../sandbox/sandbox.ts'
import { wholeWorld } from '../sandbox/change.ts'
import { suggest } from '../schema/describe-problems.ts'
import { Count, ref, strictObject } from '../schema/primitives.ts'
import { byResource } from './record-routes.ts'

/** A valid name of a sandbox or snapshot. */
export const Name = Type.String({
  pattern: sandboxNameFormat.pattern.source,
  description: `a name of ${sandboxNameFormat.description}`
})

/** The parameter of every path that ends in a name. */
export const NameParams = strictObject({ name: Name })

const SnapshotSchema = strictObject({
  name: Name,
  sandbox: Type.String({ description: 'The name of its sandbox' }),
  changes: { ...Count, description: 'How many records differ from the dataset' },
  createdAt: Type.String({ description: "When it was taken, by the sandbox's clock, in the format of RFC 3339" })
}, { $id: 'Snapshot', description: 'A state that the sandbox can go back to' })

/** The facts about a snapshot that a response shows. */
export type SnapshotFacts = Static<typeof SnapshotSchema>

const SnapshotListSchema = strictObject({ snapshots: Type.Array(ref(SnapshotSchema)) }, { $id: 'SnapshotList' })
const WorldSchema = strictObject(byResource(Type.Object({}, { additionalProperties: true })), {
  $id: 'World',
  description: 'Every record, by resource. A resource without a list is left out. ' +
    'If you save it as a file, the option fixtures can serve it'
})

/** How many snapshots a sandbox can have. */
const maxSnapshots = 100

/** Adds the routes that take, restore and download snapshots of a sandbox. */
export function snapshotRoutes (app: OvocApp): void {
  let downloads: Promise<unknown> = Promise.resolve()
  for (const schema of [SnapshotSchema, SnapshotListSchema, WorldSchema]) app.addSchema(schema)

  app.get('/snapshots', {
    schema: {
      operationId: 'listSnapshots',
      summary: "List the sandbox's snapshots",
      response: { 200: jsonResponse(SnapshotListSchema, 'The snapshots') }
    }
  }, ({ sandbox }) => ({ snapshots: Array.from(sandbox.snapshots.values(), snapshot => factsOf(sandbox, snapshot)) }))

  app.post('/snapshots/:name', {
    schema: {
      operationId: 'takeSnapshot',
      summary: 'Keep the state of the sandbox under a name',
      params: NameParams,
      response: {
        200: jsonResponse(SnapshotSchema, 'The snapshot replaced one with the same name'),
        201: jsonResponse(SnapshotSchema, 'The snapshot was taken'),
        ...problemResponses(409, 507)
      }
    }
  }, async ({ sandbox, params: { name } }, reply) => {
    const { snapshots, changes, clock } = sandbox
    const isNew = !snapshots.has(name)
    if (isNew && snapshots.size === maxSnapshots) {
      throw new Refusal(409, `the sandbox has ${maxSnapshots} snapshots, and keeps no more; delete one first`)
    }
    const snapshot = { name, changes, createdAt: clock.now(), state: sandbox.save() }
    snapshots.set(name, snapshot)
    return reply.code(isNew ? 201 : 200).send(factsOf(sandbox, snapshot))
  })

  app.get('/snapshots/:name', {
    schema: {
      operationId: 'getSnapshot',
      summary: 'Get the facts about a snapshot',
      params: NameParams,
      response: { 200: jsonResponse(SnapshotSchema, 'The snapshot'), ...problemResponses(404) }
    }
  }, ({ sandbox, params }) => factsOf(sandbox, snapshotNamed(sandbox, params.name)))

  app.post('/snapshots/:name/restore', {
    schema: {
      operationId: 'restoreSnapshot',
      summary: 'Bring the sandbox back to a snapshot',
      params: NameParams,
      response: { ...doneResponse, ...problemResponses(404) }
    }
  }, ({ sandbox, params }) => {
    app.sandboxes.replace(sandbox, sandbox.renewed(snapshotNamed(sandbox, params.name).state))
    return {}
  })

  app.get('/snapshots/:name/fixtures', {
    schema: {
      operationId: 'downloadSnapshot',
      summary: 'Download every record of a snapshot, for the option fixtures',
      params: NameParams,
      response: { 200: jsonResponse(WorldSchema, 'The records'), ...problemResponses(404, 409) }
    }
  }, async ({ sandbox, params: { name } }, reply) => {
    const { state } = snapshotNamed(sandbox, name)
    // The sandbox can go on, as the download uses a copy. It takes up memory even if the snapshot is deleted meanwhile.
    const copy = sandbox.renewed(state)
    const { raw } = reply
    app.sandboxes.enter(copy, raw)
    await untilConnected(reply)
    // Downloads run one after another, since each walks over all records.
    const world = downloads.then(() => raw.destroyed ? undefined : wholeWorld(copy))
    downloads = world.catch(() => {})
    const { lists, problems } = await world ?? { lists: [], problems: [] }
    if (problems.length === 0) return sendLists(reply, lists)
    throw new Refusal(409, `the snapshot makes no fixtures: ${problems.join('; ')}`, { problems })
  })

  app.delete('/snapshots/:name', {
    schema: {
      operationId: 'deleteSnapshot',
      summary: 'Delete a snapshot',
      params: NameParams,
      response: { ...doneResponse, ...problemResponses(404) }
    }
  }, ({ sandbox, params }) => {
    sandbox.snapshots.delete(snapshotNamed(sandbox, params.name).name)
    return {}
  })
}

function factsOf (sandbox: Sandbox, { name, changes, createdAt }: Snapshot): SnapshotFacts {
  return { name, sandbox: sandbox.name, changes, createdAt: createdAt.toISOString() }
}

/** @throws {Refusal} 404 with the closest name. */
export function snapshotNamed ({ snapshots }: Sandbox, name: string): Snapshot {
  const snapshot = snapshots.get(name)
  if (snapshot === undefined) {
    throw new Refusal(404, `there is no snapshot ${name}${suggest(name, [...snapshots.keys()])}`)
  }
  return snapshot
}

import * as Type from 'typebox'
import type { Static } from 'typebox'
import { answer } from '../protocol/operations.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { problemAnswers } from '../protocol/problem.ts'
import { Refusal } from '../protocol/refusal.ts'
import { itsTurn, sendLists } from '../protocol/send-list.ts'
import { resources } from '../resources/index.ts'
import type { Sandbox, Snapshot } from '../sandbox/sandbox.ts'
import { wholeWorld } from '../sandbox/change.ts'
import { suggest } from '../schema/describe-problems.ts'
import { Count, ref, strictObject } from '../schema/primitives.ts'
import { Name, NameParams, doneAnswer } from './shapes.ts'

const SnapshotSchema = strictObject({
  name: Name,
  sandbox: Type.String({ description: 'The name of the sandbox that it is of' }),
  changes: { ...Count, description: 'How many records are not as the dataset has them' },
  createdAt: Type.String({ description: "When it was taken, by the sandbox's clock, as RFC 3339 has it" })
}, { $id: 'Snapshot', description: 'A state of the sandbox that it can go back to' })

/** What is told of a snapshot. */
export type SnapshotFacts = Static<typeof SnapshotSchema>

const SnapshotListSchema = strictObject({ snapshots: Type.Array(ref(SnapshotSchema)) }, { $id: 'SnapshotList' })
const AnyRecord = Type.Object({}, { additionalProperties: true })
const WorldSchema = strictObject(
  Object.fromEntries(resources.map(({ name }) => [name, Type.Optional(Type.Array(AnyRecord))])),
  {
    $id: 'World',
    description: 'Every record, by resource; a resource without a list is left out. ' +
      'Saved as a file, it can be served with the option fixtures'
  }
)

/** How many snapshots a sandbox keeps. */
const mostSnapshots = 100

/** The routes by which a sandbox's states are kept, brought back and downloaded. */
export function snapshotRoutes (app: OvocApp): void {
  let downloads: Promise<unknown> = Promise.resolve()
  for (const schema of [SnapshotSchema, SnapshotListSchema, WorldSchema]) app.addSchema(schema)

  app.get('/snapshots', {
    schema: {
      operationId: 'listSnapshots',
      summary: "List the sandbox's snapshots",
      response: { 200: answer(SnapshotListSchema, 'The snapshots') }
    }
  }, ({ sandbox }) => ({ snapshots: Array.from(sandbox.snapshots.values(), snapshot => factsOf(sandbox, snapshot)) }))

  app.post('/snapshots/:name', {
    schema: {
      operationId: 'takeSnapshot',
      summary: 'Keep the state of the sandbox under a name',
      params: NameParams,
      response: {
        200: answer(SnapshotSchema, 'It replaced one of that name'),
        201: answer(SnapshotSchema, 'It was taken'),
        ...problemAnswers(409, 507)
      }
    }
  }, async ({ sandbox, params: { name } }, reply) => {
    const { snapshots, changes, clock } = sandbox
    const isNew = !snapshots.has(name)
    if (isNew && snapshots.size === mostSnapshots) {
      throw new Refusal(409, `the sandbox has ${mostSnapshots} snapshots, and keeps no more; delete one first`)
    }
    const snapshot = { name, changes, createdAt: clock.now(), state: sandbox.save() }
    snapshots.set(name, snapshot)
    return reply.code(isNew ? 201 : 200).send(factsOf(sandbox, snapshot))
  })

  app.get('/snapshots/:name', {
    schema: {
      operationId: 'getSnapshot',
      summary: 'Get what is told of a snapshot',
      params: NameParams,
      response: { 200: answer(SnapshotSchema, 'The snapshot'), ...problemAnswers(404) }
    }
  }, ({ sandbox, params }) => factsOf(sandbox, snapshotNamed(sandbox, params.name)))

  app.post('/snapshots/:name/restore', {
    schema: {
      operationId: 'restoreSnapshot',
      summary: 'Bring the sandbox back to a snapshot',
      params: NameParams,
      response: { ...doneAnswer, ...problemAnswers(404) }
    }
  }, ({ sandbox, params }) => {
    app.sandboxes.restore(sandbox, snapshotNamed(sandbox, params.name).state)
    return {}
  })

  app.get('/snapshots/:name/fixtures', {
    schema: {
      operationId: 'downloadSnapshot',
      summary: 'Download every record of a snapshot, for the option fixtures',
      params: NameParams,
      response: { 200: answer(WorldSchema, 'The records'), ...problemAnswers(404, 409) }
    }
  }, async ({ sandbox, params: { name } }, reply) => {
    const { state } = snapshotNamed(sandbox, name)
    await itsTurn(reply)
    // One after another, since each walks over all records; of another sandbox, so that this one goes on as it is.
    const world = downloads.then(() => wholeWorld(sandbox.renewed(state)))
    downloads = world.catch(() => {})
    const { lists, problems } = await world
    if (problems.length === 0) return sendLists(reply, lists)
    throw new Refusal(409, `the snapshot makes no fixtures: ${problems.join('; ')}`, {}, problems)
  })

  app.delete('/snapshots/:name', {
    schema: {
      operationId: 'deleteSnapshot',
      summary: 'Forget a snapshot',
      params: NameParams,
      response: { ...doneAnswer, ...problemAnswers(404) }
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

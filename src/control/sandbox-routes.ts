import { randomUUID } from 'node:crypto'
import * as Type from 'typebox'
import type { OvocApp } from '../protocol/operations.ts'
import { doneResponse, jsonResponse, optional } from '../protocol/operations.ts'
import { problemResponses } from '../protocol/problem.ts'
import { Refusal } from '../protocol/refusal.ts'
import { sandboxPath } from '../protocol/base-paths.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { Count, ref, strictObject } from '../schema/primitives.ts'
import { applyInTurns, changesTo, recordLists, refuseTooMany } from './record-routes.ts'
import { Name, NameParams, snapshotNamed } from './snapshot-routes.ts'

const SandboxSchema = strictObject({
  name: Name,
  url: Type.String({ description: 'Base path of the sandbox; OVOC\'s paths follow it' }),
  changes: { ...Count, description: 'How many records differ from the dataset' },
  requests: { ...Count, description: 'How many entries its journal got, including forgotten ones' },
  ageSeconds: { ...Count, description: 'Seconds since it was opened' },
  idleSeconds: { ...Count, description: 'Seconds since the response to its last request' }
}, { $id: 'Sandbox', description: 'An isolated OVOC' })

const SandboxListSchema = strictObject({ sandboxes: Type.Array(ref(SandboxSchema)) }, { $id: 'SandboxList' })
const SandboxCreationSchema = strictObject({
  name: Type.Optional(Name),
  from: Type.Optional(strictObject({ sandbox: Name, snapshot: Name }, {
    description: 'A snapshot, perhaps of another sandbox. Its state replaces that of the sandbox'
  })),
  fixtures: Type.Optional(strictObject(recordLists, {
    description: 'Records by resource, which replace all others; a reset brings those back'
  }))
}, { $id: 'SandboxCreation', description: 'How to open a sandbox. Without a name, the server makes one up' })

/** Adds the routes that open, list, reset and drop sandboxes. */
export function sandboxRoutes (app: OvocApp): void {
  for (const schema of [SandboxSchema, SandboxListSchema, SandboxCreationSchema]) app.addSchema(schema)

  app.get('/sandboxes', {
    config: { sandboxUse: 'none' },
    schema: {
      operationId: 'listSandboxes',
      summary: 'List the sandboxes, the default one first, then the least recently used',
      response: { 200: jsonResponse(SandboxListSchema, 'The sandboxes') }
    }
  }, () => ({ sandboxes: Array.from(app.sandboxes.values(), factsOf) }))

  app.post('/sandboxes', {
    config: { sandboxUse: 'none' },
    schema: {
      operationId: 'openSandbox',
      summary: 'Open a sandbox; the first request to a sandbox does this too',
      body: optional(SandboxCreationSchema),
      response: {
        200: jsonResponse(SandboxSchema, 'The sandbox was already open'),
        201: jsonResponse(SandboxSchema, 'The sandbox was opened'),
        ...problemResponses(404, 409, 507)
      }
    }
  }, async ({ body }, reply) => {
    const { name = randomUUID(), from, fixtures } = body ?? {}
    const { sandboxes } = app
    refuseTooMany('/fixtures', 'records', fixtures)
    const state = from && snapshotNamed(sandboxNamed(app, from.sandbox), from.snapshot).state
    const begun = () => {
      const sandbox = sandboxes.find(name) ?? sandboxes.create(name)
      return state === undefined ? sandbox : sandbox.renewed(state)
    }
    let sandbox = begun()
    if (fixtures !== undefined) {
      const filled = sandbox.withDataset(sandbox.dataset.emptied(Object.keys(fixtures)))
      await applyInTurns(filled, function * () {
        yield
        return changesTo(filled, fixtures)
      })
      // Meanwhile other requests may have opened or changed the sandbox.
      sandbox = begun().withRecordsOf(filled)
    }
    // A refused request neither opens a sandbox nor pushes one out, so it is kept last.
    const status = sandboxes.find(name) === undefined ? 201 : 200
    return reply.code(status).send(factsOf(sandboxes.keep(sandbox)))
  })

  app.delete('/sandboxes/:name', {
    config: { sandboxUse: 'none' },
    schema: {
      operationId: 'dropSandbox',
      summary: 'Drop a sandbox with everything that it remembers',
      params: NameParams,
      response: { ...doneResponse, ...problemResponses(404, 409) }
    }
  }, ({ params: { name } }) => {
    const { sandboxes } = app
    if (name === sandboxes.default.name) {
      throw new Refusal(409, 'the default sandbox is always there; POST /__admin/reset empties it')
    }
    sandboxes.drop(sandboxNamed(app, name).name, 'asked')
    return {}
  })

  app.post('/reset', {
    schema: {
      operationId: 'resetSandbox',
      summary: 'Bring the sandbox back to how it was when opened; its snapshots stay',
      response: doneResponse
    }
  }, ({ sandbox }) => {
    app.sandboxes.reset(sandbox)
    return {}
  })
}

/** @throws {Refusal} 404 */
function sandboxNamed ({ sandboxes }: OvocApp, name: string): Sandbox {
  const sandbox = sandboxes.find(name)
  if (sandbox === undefined) throw new Refusal(404, `there is no sandbox ${name}`)
  return sandbox
}

function factsOf ({ name, changes, journal, usage }: Sandbox) {
  const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000)
  const times = { ageSeconds: seconds(usage.age), idleSeconds: seconds(usage.idle) }
  return { name, url: sandboxPath(name), changes, requests: journal.last, ...times }
}

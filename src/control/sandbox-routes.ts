import { randomUUID } from 'node:crypto'
import * as Type from 'typebox'
import type { OvocApp } from '../protocol/operations.ts'
import { answer, optional } from '../protocol/operations.ts'
import { problemAnswers } from '../protocol/problem.ts'
import { Refusal } from '../protocol/refusal.ts'
import { sandboxPath } from '../protocol/base-paths.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { Count, ref, strictObject } from '../schema/primitives.ts'
import { apply, changesTo, recordLists } from './record-routes.ts'
import { Name, NameParams, doneAnswer } from './shapes.ts'
import { snapshotNamed } from './snapshot-routes.ts'

const SandboxSchema = strictObject({
  name: Name,
  url: Type.String({ description: 'Base path under which it answers; OVOC\'s paths follow' }),
  changes: { ...Count, description: 'How many records are not as the dataset has them' },
  requests: { ...Count, description: 'How many entries its journal got, with those that it has forgotten' },
  ageSeconds: { ...Count, description: 'Seconds since it was opened' },
  idleSeconds: { ...Count, description: 'Seconds since its last request was answered' }
}, { $id: 'Sandbox', description: 'An isolated OVOC' })

const SandboxListSchema = strictObject({ sandboxes: Type.Array(ref(SandboxSchema)) }, { $id: 'SandboxList' })
const SandboxCreationSchema = strictObject({
  name: Type.Optional(Name),
  from: Type.Optional(strictObject({ sandbox: Name, snapshot: Name }, {
    description: 'A snapshot, perhaps of another sandbox, whose state it gets; if it is open, in the place of its own'
  })),
  fixtures: Type.Optional(strictObject(recordLists, {
    description: 'Records by resource, in the place of all others; a reset brings those back'
  }))
}, { $id: 'SandboxCreation', description: 'How to open a sandbox; without a name one is made up' })

/** The routes by which sandboxes are opened, listed, emptied and dropped. */
export function sandboxRoutes (app: OvocApp): void {
  for (const schema of [SandboxSchema, SandboxListSchema, SandboxCreationSchema]) app.addSchema(schema)

  app.get('/sandboxes', {
    config: { sandboxUse: 'none' },
    schema: {
      operationId: 'listSandboxes',
      summary: 'List the sandboxes, the default one first, then the least recently used',
      response: { 200: answer(SandboxListSchema, 'The sandboxes') }
    }
  }, () => ({ sandboxes: Array.from(app.sandboxes.values(), factsOf) }))

  app.post('/sandboxes', {
    config: { sandboxUse: 'none' },
    schema: {
      operationId: 'openSandbox',
      summary: 'Open a sandbox, as its first request would do too',
      body: optional(SandboxCreationSchema),
      response: {
        200: answer(SandboxSchema, 'It was open'),
        201: answer(SandboxSchema, 'It is open now'),
        ...problemAnswers(404, 409, 507)
      }
    }
  }, async ({ body }, reply) => {
    const { name = randomUUID(), from, fixtures } = body ?? {}
    const { sandboxes } = app
    const state = from && snapshotNamed(sandboxNamed(app, from.sandbox), from.snapshot).state
    const status = sandboxes.find(name) === undefined ? 201 : 200
    const sandbox = sandboxes.open(name)
    let renewed = state === undefined ? sandbox : sandbox.renewed(state)
    if (fixtures !== undefined) {
      renewed = renewed.withDataset(renewed.dataset.emptied(Object.keys(fixtures)))
      apply(renewed, changesTo(renewed, fixtures))
    }
    sandboxes.replace(sandbox, renewed)
    return reply.code(status).send(factsOf(sandboxes.open(name)))
  })

  app.delete('/sandboxes/:name', {
    config: { sandboxUse: 'none' },
    schema: {
      operationId: 'dropSandbox',
      summary: 'Drop a sandbox with all that it remembers',
      params: NameParams,
      response: { ...doneAnswer, ...problemAnswers(404, 409) }
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
      response: doneAnswer
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

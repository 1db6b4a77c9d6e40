import Type from 'typebox'
import type { Static } from 'typebox'
import type { Dataset } from '../dataset/dataset.ts'
import type { FixtureProblems } from '../dataset/fixture-problems.ts'
import { jsonResponse } from '../protocol/operations.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { Refusal } from '../protocol/refusal.ts'
import { Clock } from '../sandbox/clock.ts'
import type { Sandboxes } from '../sandbox/sandboxes.ts'
import { shorten } from '../schema/describe-problems.ts'
import { strictObject } from '../schema/primitives.ts'

const FixtureStateSchema = strictObject({
  watch: Type.Boolean({ description: 'Whether the server reads them again when a file changes' }),
  readAt: Type.String({ description: "When they were last read, by the machine's clock, in the format of RFC 3339" }),
  problems: Type.Array(Type.String(), {
    description: 'The problems found then. If there are any, the server still serves the earlier records'
  }),
  lost: Type.Array(Type.String(), {
    description: 'Records whose change no longer fitted and was lost, such as "customers/85844 in the sandbox test-17"'
  })
}, { $id: 'FixtureState', description: 'How the last reading of the fixtures ended' })

/** How the last reading of the fixtures ended. */
export type FixtureState = Static<typeof FixtureStateSchema>

export const RecordCounts = Type.Record(Type.String(), Type.Integer(), {
  description: 'How many records there are, by resource'
})

const ReloadedSchema = strictObject({ counts: RecordCounts }, { $id: 'Reloaded' })

declare module 'fastify' {
  interface FastifyInstance { fixtures: ServedFixtures }
}

/** Where the fixtures of a server come from. */
interface FixtureSource {
  /** Returns a text that changes when a file does. Undefined if the records come from a program. */
  stateOfFiles (): Promise<string | undefined>
  /** That text when the files were last read. */
  filesRead: string | undefined
  read (): Promise<Dataset>
}

/** The fixtures of a server. It can read them again. */
export class ServedFixtures {
  /** How the last reading ended. */
  state: FixtureState
  readonly #sandboxes: Sandboxes
  readonly #source: FixtureSource
  #last: Promise<FixtureState>

  constructor (sandboxes: Sandboxes, watch: boolean, source: FixtureSource) {
    this.state = { watch, readAt: now(), problems: [], lost: [] }
    this.#last = Promise.resolve(this.state)
    this.#sandboxes = sandboxes
    this.#source = source
  }

  /** Reads the fixtures again. If anything is wrong with them, nothing changes. Readings run one after another. */
  reload (): Promise<FixtureState> {
    this.#last = this.#last.then(() => this.#readAgain())
    return this.#last
  }

  async #readAgain (): Promise<FixtureState> {
    const state: FixtureState = { ...this.state, readAt: now(), problems: [], lost: [] }
    const source = this.#source
    try {
      // If no file changed, the records are kept: each snapshot would keep a copy of its own.
      const files = await source.stateOfFiles()
      const isSame = files !== undefined && files === source.filesRead
      const dataset = isSame ? this.#sandboxes.dataset : await source.read()
      if (!dataset.isLoaded) await dataset.load()
      state.lost = shorten(await this.#sandboxes.reload(dataset))
      source.filesRead = files
    } catch (error) {
      const { problems, message } = error as Error & Partial<FixtureProblems>
      state.problems = [...problems ?? [message]]
    }
    this.state = state
    return state
  }
}

function now (): string {
  return new Clock().now().toISOString()
}

/** Adds the routes that show how the fixtures were read, and read them again. */
export function fixtureRoutes (app: OvocApp): void {
  for (const schema of [FixtureStateSchema, ReloadedSchema]) app.addSchema(schema)

  app.get('/fixtures', {
    config: { sandboxUse: 'none' },
    schema: {
      operationId: 'getFixtures',
      summary: 'Get the result of the last reading of the fixtures',
      response: { 200: jsonResponse(FixtureStateSchema, 'The result') }
    }
  }, () => app.fixtures.state)

  app.post('/fixtures/reload', {
    config: { sandboxUse: 'none' },
    schema: {
      operationId: 'reloadFixtures',
      summary: 'Read the fixtures again; changes in sandboxes stay on top, and snapshots do not change',
      response: { 200: jsonResponse(ReloadedSchema, 'They were read; if anything is wrong with them, nothing changes') }
    }
  }, async () => {
    const { problems } = await app.fixtures.reload()
    if (problems.length > 0) {
      throw new Refusal(400, `the fixtures can't be served: ${problems.join('; ')}`, { problems })
    }
    return { counts: await app.sandboxes.default.counts() }
  })
}

import type { SnapshotFacts } from '../control/snapshot-routes.ts'
import type { RecordOf, ResourceName } from '../resources/index.ts'
import type { Ask } from './send.ts'

/** Every record of a sandbox, in the form that the option `fixtures` takes; what the server has no fixture list and no record of is left out. */
export type FixtureSet = { [Name in ResourceName]?: Array<RecordOf<Name>> }

/** States of a sandbox to come back to. */
export class SnapshotsClient {
  readonly #ask: Ask

  constructor (ask: Ask) {
    this.#ask = ask
  }

  /** Keeps the present state, in the place of an earlier one with that name. */
  take (name: string): Promise<SnapshotFacts> {
    return this.#ask('POST', pathOf(name))
  }

  async restore (name: string): Promise<void> {
    await this.#ask('POST', `${pathOf(name)}/restore`)
  }

  get (name: string): Promise<SnapshotFacts> {
    return this.#ask('GET', pathOf(name))
  }

  async list (): Promise<SnapshotFacts[]> {
    return (await this.#ask<{ snapshots: SnapshotFacts[] }>('GET', '/snapshots')).snapshots
  }

  async delete (name: string): Promise<void> {
    await this.#ask('DELETE', pathOf(name))
  }

  /** All records of a snapshot; written into a file, `--fixtures FILE` serves them. */
  fixtures (name: string): Promise<FixtureSet> {
    return this.#ask('GET', `${pathOf(name)}/fixtures`)
  }
}

function pathOf (name: string): string {
  return `/snapshots/${encodeURIComponent(name)}`
}

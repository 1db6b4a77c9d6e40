import type { SnapshotFacts } from '../control/snapshot-routes.ts'
import type { RecordOf, ResourceName } from '../resources/index.ts'
import type { Ask } from './send.ts'

/**
 * Every record of a sandbox, in the form that the option `fixtures` takes. A resource is left out if the server has no
 * fixture list and no record of it.
 */
export type FixtureSet = { [Name in ResourceName]?: Array<RecordOf<Name>> }

/** States of a sandbox to come back to. */
export function snapshotsClient (ask: Ask) {
  const pathOf = (name: string) => `/snapshots/${encodeURIComponent(name)}`
  return {
    /** Keeps the present state, in the place of an earlier one with that name. */
    take: (name: string): Promise<SnapshotFacts> => ask('POST', pathOf(name)),
    restore: async (name: string): Promise<void> => { await ask('POST', `${pathOf(name)}/restore`) },
    get: (name: string): Promise<SnapshotFacts> => ask('GET', pathOf(name)),
    list: async () => (await ask<{ snapshots: SnapshotFacts[] }>('GET', '/snapshots')).snapshots,
    delete: async (name: string): Promise<void> => { await ask('DELETE', pathOf(name)) },
    /** All records of a snapshot; written into a file, `--fixtures FILE` serves them. */
    fixtures: (name: string): Promise<FixtureSet> => ask('GET', `${pathOf(name)}/fixtures`)
  }
}

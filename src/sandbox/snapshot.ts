import type { Clock } from './clock.ts'
import type { Collection } from './collection.ts'
import type { Rules } from './rules.ts'

/** All that a sandbox can be set back to. */
export interface SandboxState {
  clock: Clock
  collections: ReadonlyMap<string, Collection<any>>
  rules: Rules
  guids: number
  nextId: number
}

/** A state that is kept under a name. */
export interface Snapshot {
  name: string
  /** How many records are not as the dataset has them. */
  changes: number
  createdAt: Date
  state: SandboxState
}

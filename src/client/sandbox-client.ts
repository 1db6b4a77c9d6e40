import type { ClockChange, ClockFacts } from '../control/clock-routes.ts'
import type { SnapshotFacts } from '../control/snapshot-routes.ts'
import { resourceNames } from '../resources/index.ts'
import type { RecordOf, ResourceName } from '../resources/index.ts'
import { sandboxPath } from '../protocol/base-paths.ts'
import { aNumber, aString, anInstant, anObject, checked, ofHook, optional } from './arguments.ts'
import { OvocMockError, ServerClosed, resultOf, askBy } from './send.ts'
import type { Ask, Server } from './send.ts'
import { resourceClient } from './records-client.ts'
import type { RecordSets } from './records-client.ts'
import { requestsClient } from './requests-client.ts'
import { rulesClient } from './rules-client.ts'

type ResourceClients = { readonly [Name in ResourceName]: ReturnType<typeof resourceClient<Name>> }

// One member per resource. The constructor adds them.
export interface SandboxClient extends ResourceClients {}

/** An isolated OVOC: its address and what a test can do to it. `await using` drops it at the end. */
export class SandboxClient implements AsyncDisposable {
  /** The name of the sandbox in paths and in the header `X-Ovoc-Mock-Sandbox`. */
  readonly name: string
  /** The address for the code under test. OVOC's paths follow it. */
  readonly url: string
  /** The web page that shows its requests and rules. */
  readonly consoleUrl: string
  /** The records of all resources together. */
  readonly records: ReturnType<typeof recordsClient>
  /** What the sandbox does with matching requests. */
  readonly rules: ReturnType<typeof rulesClient>
  /** The requests that it received: list, verify and wait for them. */
  readonly requests: ReturnType<typeof requestsClient>
  /** The sandbox's clock: set, advance, freeze and release it. */
  readonly clock: ReturnType<typeof clockClient>
  /** Saved states of the sandbox, each under a name. */
  readonly snapshots: ReturnType<typeof snapshotsClient>
  readonly #ask: Ask

  /** @param ownUrl an address whose requests all belong to the sandbox. Default: a path on the server. */
  constructor (server: Server, name: string, ownUrl?: string) {
    const { url, app } = server
    const path = sandboxPath(name)
    const ask = askBy(server, path)
    this.name = name
    this.url = ownUrl ?? (name === 'default' ? url : url + path)
    this.consoleUrl = `${url}/__admin/console/#${name === 'default' ? '' : `/sandbox/${name}`}/requests`
    for (const name of resourceNames) Object.assign(this, { [name]: resourceClient(ask, name) })
    this.records = recordsClient(ask)
    this.rules = rulesClient(ask, app && (rule => resultOf(() => app.addRule(name, rule))))
    this.requests = requestsClient(ask, url === '' ? undefined : this.consoleUrl)
    this.clock = clockClient(ask)
    this.snapshots = snapshotsClient(ask)
    this.#ask = ask
  }

  /** Restores the state in which the sandbox was opened. Its snapshots stay. */
  async reset (): Promise<void> {
    await this.#ask('POST', '/reset')
  }

  /**
   * Deletes the sandbox with everything in it. The next use of its name opens a fresh one.
   * @throws {OvocMockError} for the default sandbox, which always exists.
   */
  async drop (): Promise<void> {
    await this.#ask('DELETE', `/sandboxes/${this.name}`).catch(error => {
      // If the server has dropped it before or is closed, the sandbox is gone already.
      const isAbsent = error instanceof ServerClosed || (error instanceof OvocMockError && error.status === 404)
      if (!isAbsent) throw error
    })
  }

  // The default sandbox stays after use.
  async [Symbol.asyncDispose] (): Promise<void> {
    if (this.name !== 'default') await this.drop()
  }
}

/** The records of all resources together. */
function recordsClient (ask: Ask) {
  return checked({ put: [anObject('the records')], clear: [ofHook] }, {
    /** Sets and deletes records together: all or none. Returns how many. The records may refer to each other. */
    async put (sets: RecordSets): Promise<number> {
      return (await ask<{ records: number }>('PUT', '/records', sets)).records
    },
    /** Deletes every record. `reset` brings them back. */
    clear: async (): Promise<void> => { await ask('DELETE', '/records') }
  })
}

/** The clock of a sandbox. Every change returns the new time. */
function clockClient (ask: Ask) {
  const change = (change: ClockChange): Promise<ClockFacts> => ask('PUT', '/clock', change)
  const textOf = (instant: Date | string) => typeof instant === 'string' ? instant : instant.toISOString()
  const expected = {
    get: [], set: [anInstant], advance: [aNumber('the seconds')], freeze: [optional(anInstant)], release: [ofHook]
  }
  return checked(expected, {
    /** Returns the time of the clock, and whether it is frozen. */
    get: (): Promise<ClockFacts> => ask('GET', '/clock'),
    /** Sets the time, from year 1 to 9999. The clock runs on from there unless it is frozen. */
    set: async (instant: Date | string): Promise<ClockFacts> => await change({ now: textOf(instant) }),
    /** Advances the clock by seconds. A negative number turns it back. */
    advance: (seconds: number): Promise<ClockFacts> => change({ advance: seconds }),
    /** Freezes the clock, at the given or the present time. */
    freeze: async (at?: Date | string): Promise<ClockFacts> =>
      await change({ frozen: true, ...at !== undefined && { now: textOf(at) } }),
    /** Lets a frozen clock run on from its present time. */
    release: (): Promise<ClockFacts> => change({ frozen: false })
  })
}

/**
 * All records of a sandbox, in the form that the option `fixtures` accepts. A resource is missing if the server has
 * neither a fixture list nor a record of it.
 */
export type FixtureSet = { [Name in ResourceName]?: Array<RecordOf<Name>> }

/** Saved states of a sandbox. */
function snapshotsClient (ask: Ask) {
  const pathOf = (name: string) => `/snapshots/${encodeURIComponent(name)}`
  const named = [aString('the name of a snapshot')]
  return checked({ take: named, restore: named, get: named, list: [], delete: named, fixtures: named }, {
    /** Saves the present state. It replaces an earlier snapshot of that name. */
    take: async (name: string): Promise<SnapshotFacts> => await ask('POST', pathOf(name)),
    /** Restores the state of a snapshot. */
    restore: async (name: string): Promise<void> => { await ask('POST', `${pathOf(name)}/restore`) },
    /** Returns the facts about a snapshot. */
    get: async (name: string): Promise<SnapshotFacts> => await ask('GET', pathOf(name)),
    /** Returns all snapshots of the sandbox. */
    list: async () => (await ask<{ snapshots: SnapshotFacts[] }>('GET', '/snapshots')).snapshots,
    /** Deletes a snapshot. */
    delete: async (name: string): Promise<void> => { await ask('DELETE', pathOf(name)) },
    /** Returns all records of a snapshot. Saved in a file, they can be served with `--fixtures FILE`. */
    fixtures: async (name: string): Promise<FixtureSet> => await ask('GET', `${pathOf(name)}/fixtures`)
  })
}

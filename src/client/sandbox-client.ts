import type { ClockChange, ClockFacts } from '../control/clock-routes.ts'
import type { SnapshotFacts } from '../control/snapshot-routes.ts'
import { resourceNames } from '../resources/index.ts'
import type { RecordOf, ResourceName } from '../resources/index.ts'
import { sandboxPath } from '../protocol/base-paths.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { quote } from '../schema/quote.ts'
import { OvocMockError, ServerClosed, WrongCall, answerOf, askBy, objectGiven } from './send.ts'
import type { Ask, Send } from './send.ts'
import { resourceClient } from './records-client.ts'
import type { RecordSets } from './records-client.ts'
import { requestsClient } from './requests-client.ts'
import { rulesClient } from './rules-client.ts'

type ResourceClients = { readonly [Name in ResourceName]: ReturnType<typeof resourceClient<Name>> }

// One member for each resource, which the constructor makes from their list.
export interface SandboxClient extends ResourceClients {}

/** An OVOC of its own: its address, and what a test does to it. `await using` drops it at the end. */
export class SandboxClient implements AsyncDisposable {
  /** The name that paths and the header `X-Ovoc-Mock-Sandbox` take. */
  readonly name: string
  /** Where the code under test finds it; OVOC's paths follow. */
  readonly url: string
  /** The page on which a browser shows its requests and rules. */
  readonly consoleUrl: string
  /** The records of all resources together. */
  readonly records: ReturnType<typeof recordsClient>
  /** What it does when a request matches. */
  readonly rules: ReturnType<typeof rulesClient>
  /** What it was asked: list, verify, wait for and follow requests. */
  readonly requests: ReturnType<typeof requestsClient>
  /** The time in it: set, advance, freeze and release it. */
  readonly clock: ReturnType<typeof clockClient>
  /** States of it that are kept under a name. */
  readonly snapshots: ReturnType<typeof snapshotsClient>
  readonly #ask: Ask

  /**
   * @param app the server if it is in this process.
   * @param ownUrl an address whose requests all belong to the sandbox. Default: a path of the server's.
   */
  constructor (send: Send, serverUrl: string, name: string, app?: OvocApp, ownUrl?: string) {
    const path = sandboxPath(name)
    const ask = askBy(send, path)
    this.name = name
    this.url = ownUrl ?? (name === 'default' ? serverUrl : serverUrl + path)
    this.consoleUrl = `${serverUrl}/__admin/console/#${name === 'default' ? '' : `/sandbox/${name}`}/requests`
    for (const name of resourceNames) Object.assign(this, { [name]: resourceClient(ask, name) })
    this.records = recordsClient(ask)
    this.rules = rulesClient(ask, app && (rule => answerOf(() => app.addRule(name, rule))))
    this.requests = requestsClient(ask, serverUrl === '' ? undefined : this.consoleUrl)
    this.clock = clockClient(ask)
    this.snapshots = snapshotsClient(ask)
    this.#ask = ask
  }

  /** Brings it back to how it was when opened; its snapshots stay. */
  async reset (): Promise<void> {
    await this.#ask('POST', '/reset')
  }

  /**
   * Forgets it with all that it remembers; whoever uses it again gets a fresh one.
   * @throws {OvocMockError} for the default sandbox, which is always there.
   */
  async drop (): Promise<void> {
    await this.#ask('DELETE', `/sandboxes/${this.name}`).catch(error => {
      // The server may have dropped it before, or be closed, with all that it remembered.
      const isAbsent = error instanceof ServerClosed || (error instanceof OvocMockError && error.status === 404)
      if (!isAbsent) throw error
    })
  }

  // The default sandbox outlives whoever used it.
  async [Symbol.asyncDispose] (): Promise<void> {
    if (this.name !== 'default') await this.drop()
  }
}

/** The records of all resources together. */
function recordsClient (ask: Ask) {
  return {
    /** Sets and deletes records that refer to each other, all or none, and returns how many. */
    async put (sets: RecordSets): Promise<number> {
      return (await ask<{ records: number }>('PUT', '/records', objectGiven('the records', sets))).records
    },
    /** Deletes every record; `reset` brings them back. */
    clear: async (): Promise<void> => { await ask('DELETE', '/records') }
  }
}

/** The time in a sandbox. Every change returns what the clock then shows. */
function clockClient (ask: Ask) {
  const change = (change: ClockChange): Promise<ClockFacts> => ask('PUT', '/clock', change)
  const textOf = (instant: Date | string) => {
    if (typeof instant === 'string') return instant
    // A fake `Date` of a test is another class.
    if (Object.prototype.toString.call(instant) === '[object Date]' && !isNaN(+instant)) return instant.toISOString()
    throw new WrongCall(`the instant must be a valid Date or a string, got ${quote(instant)}`)
  }
  return {
    /** The instant that the clock shows, and whether it stands still. */
    get: (): Promise<ClockFacts> => ask('GET', '/clock'),
    /** Shows an instant from year 1 to 9999, and goes on from there unless frozen. */
    set: async (instant: Date | string): Promise<ClockFacts> => await change({ now: textOf(instant) }),
    /** Goes on by seconds, back when negative. */
    advance: (seconds: number): Promise<ClockFacts> => change({ advance: seconds }),
    /** Stands still, at an instant or at the present one. */
    freeze: async (at?: Date | string): Promise<ClockFacts> =>
      await change({ frozen: true, ...at !== undefined && { now: textOf(at) } }),
    /** Goes on from the instant at which it stands. */
    release: (): Promise<ClockFacts> => change({ frozen: false })
  }
}

/**
 * Every record of a sandbox, in the form that the option `fixtures` takes. A resource is left out if the server has no
 * fixture list and no record of it.
 */
export type FixtureSet = { [Name in ResourceName]?: Array<RecordOf<Name>> }

/** States of a sandbox to come back to. */
function snapshotsClient (ask: Ask) {
  const pathOf = (name: string) => {
    if (typeof name === 'string') return `/snapshots/${encodeURIComponent(name)}`
    throw new WrongCall(`the name of a snapshot must be a string, got ${quote(name)}`)
  }
  return {
    /** Keeps the present state, in the place of an earlier one with that name. */
    take: async (name: string): Promise<SnapshotFacts> => await ask('POST', pathOf(name)),
    /** Brings the state of a snapshot back. */
    restore: async (name: string): Promise<void> => { await ask('POST', `${pathOf(name)}/restore`) },
    /** What is known of a snapshot. */
    get: async (name: string): Promise<SnapshotFacts> => await ask('GET', pathOf(name)),
    /** All snapshots of the sandbox. */
    list: async () => (await ask<{ snapshots: SnapshotFacts[] }>('GET', '/snapshots')).snapshots,
    /** Forgets a snapshot. */
    delete: async (name: string): Promise<void> => { await ask('DELETE', pathOf(name)) },
    /** All records of a snapshot; written into a file, `--fixtures FILE` serves them. */
    fixtures: async (name: string): Promise<FixtureSet> => await ask('GET', `${pathOf(name)}/fixtures`)
  }
}

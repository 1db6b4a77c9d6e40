import { resourceNames } from '../resources/index.ts'
import type { ResourceName } from '../resources/index.ts'
import { sandboxPath } from '../sandbox/sandbox-name.ts'
import { askBy, ServerClosed } from './send.ts'
import type { Ask, Send } from './send.ts'
import { ClockClient } from './clock-client.ts'
import { OvocMockError } from './ovoc-mock-error.ts'
import { RulesClient } from './rules-client.ts'
import { RecordsClient, ResourceClient } from './records-client.ts'
import { RequestsClient } from './requests-client.ts'
import { SnapshotsClient } from './snapshots-client.ts'

type ResourceClients = { readonly [Name in ResourceName]: ResourceClient<Name> }

// One member for each resource, which the constructor makes from their list.
export interface SandboxClient extends ResourceClients {}

/** An OVOC of its own: its address, and what a test does to it. `await using` drops it at the end. */
export class SandboxClient implements AsyncDisposable {
  readonly name: string
  /** Where the code under test finds it; OVOC's paths follow. */
  readonly url: string
  readonly records: RecordsClient
  readonly faults: RulesClient
  readonly requests: RequestsClient
  readonly clock: ClockClient
  readonly snapshots: SnapshotsClient
  readonly #ask: Ask

  constructor (send: Send, serverUrl: string, name: string) {
    const path = sandboxPath(name)
    const ask = askBy(send, path)
    this.name = name
    this.url = name === 'default' ? serverUrl : serverUrl + path
    for (const name of resourceNames) Object.assign(this, { [name]: new ResourceClient(ask, name) })
    this.records = new RecordsClient(ask)
    this.faults = new RulesClient(ask)
    this.requests = new RequestsClient(ask)
    this.clock = new ClockClient(ask)
    this.snapshots = new SnapshotsClient(ask)
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
    await this.#ask('DELETE', `/sandboxes/${this.name}`).catch(ignoreAbsence)
  }

  // The default sandbox outlives whoever used it.
  async [Symbol.asyncDispose] (): Promise<void> {
    if (this.name !== 'default') await this.drop()
  }
}

// The server may have dropped it before, or be closed, with all that it remembered.
function ignoreAbsence (error: unknown): void {
  const isAbsent = error instanceof ServerClosed || (error instanceof OvocMockError && error.status === 404)
  if (!isAbsent) throw error
}

import { resourceNames } from '../resources/index.ts'
import type { ResourceName } from '../resources/index.ts'
import { sandboxPath } from '../sandbox/sandbox-name.ts'
import { askBy, ServerClosed } from './send.ts'
import type { Ask, Send } from './send.ts'
import { clockClient } from './clock-client.ts'
import { OvocMockError } from './ovoc-mock-error.ts'
import { recordsClient, resourceClient } from './records-client.ts'
import { requestsClient } from './requests-client.ts'
import { rulesClient } from './rules-client.ts'
import { snapshotsClient } from './snapshots-client.ts'

type ResourceClients = { readonly [Name in ResourceName]: ReturnType<typeof resourceClient<Name>> }

// One member for each resource, which the constructor makes from their list.
export interface SandboxClient extends ResourceClients {}

/** An OVOC of its own: its address, and what a test does to it. `await using` drops it at the end. */
export class SandboxClient implements AsyncDisposable {
  readonly name: string
  /** Where the code under test finds it; OVOC's paths follow. */
  readonly url: string
  readonly records: ReturnType<typeof recordsClient>
  readonly faults: ReturnType<typeof rulesClient>
  readonly requests: ReturnType<typeof requestsClient>
  readonly clock: ReturnType<typeof clockClient>
  readonly snapshots: ReturnType<typeof snapshotsClient>
  readonly #ask: Ask

  constructor (send: Send, serverUrl: string, name: string) {
    const path = sandboxPath(name)
    const ask = askBy(send, path)
    this.name = name
    this.url = name === 'default' ? serverUrl : serverUrl + path
    for (const name of resourceNames) Object.assign(this, { [name]: resourceClient(ask, name) })
    this.records = recordsClient(ask)
    this.faults = rulesClient(ask)
    this.requests = requestsClient(ask)
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

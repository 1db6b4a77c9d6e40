import { createHash, randomUUID } from 'node:crypto'
import type { SnapshotFacts } from '../control/snapshot-routes.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { nameRule, sandboxPath } from '../protocol/base-paths.ts'
import {
  WrongCall, aNumber, aString, anObject, checkArguments, checked, optional, theOptions
} from './arguments.ts'
import { askBy } from './send.ts'
import { SandboxClient } from './sandbox-client.ts'
import type { FixtureSet } from './sandbox-client.ts'
import type { Server } from './send.ts'

/** Options for opening a sandbox. */
export interface SandboxOptions {
  /**
   * The state to begin in: a snapshot, also of another sandbox, or records by resource. An open sandbox switches to
   * that state. References to resources without a list are not checked.
   */
  from?: SnapshotFacts | FixtureSet | undefined
  /**
   * A port for this sandbox only; 0 means any free one. Use it for clients that drop the path of their base URL. The
   * server must run in the same process.
   */
  port?: number | undefined
}

/** A server as a test sees it, in the same process or elsewhere. It is also the client of its default sandbox. */
export interface OvocMockConnection
  extends Omit<SandboxClient, 'drop' | 'reset' | typeof Symbol.asyncDispose>, AsyncDisposable {
  /** The address of the server. OVOC's paths follow it. It is empty for an app without a socket. */
  readonly url: string
  /**
   * Opens a sandbox, or joins the one with this name. The name may be any text, for example the title of a test.
   * Without a name you get a new sandbox.
   */
  sandbox (name?: string, options?: SandboxOptions): Promise<SandboxClient>
  /** Restores the state in which the default sandbox was at the start. */
  reset (): void | Promise<void>
  /**
   * Reads the server's fixtures again. Changes in sandboxes stay on top; snapshots stay as they are.
   * @throws {OvocMockError} that names what is wrong with the fixtures. Then nothing changes.
   */
  reloadFixtures (): Promise<void>
  /** Ends the connection as `connectOvocMock` and `startOvocMock` describe. */
  close (): Promise<void>
}

/** Options for connecting. */
export interface ConnectionOptions {
  /** The value of the server's option `adminToken`. */
  adminToken?: string | undefined
}

/**
 * Controls a server that runs elsewhere, by its url. It also controls an app from `buildApp`, without a socket. `close`
 * drops the sandboxes that were opened without a name, and leaves the server running.
 * @throws for any other server, and for unknown options. Whether a server responds shows only with the first call.
 */
export function connectOvocMock (
  server: string | URL | OvocApp, options: ConnectionOptions = {}
): OvocMockConnection {
  const known = { adminToken: aString('the option adminToken') }
  checkArguments('connectOvocMock', [theOptions('connectOvocMock', known)], [options])
  const { adminToken = '' } = options
  const isApp = typeof server === 'object' && server !== null && 'sandboxes' in server
  if (!isApp && !(/^https?:\/\/[^/]/.test(String(server)) && URL.canParse(String(server)))) {
    const got = typeof server === 'string' ? JSON.stringify(server) : String(server)
    const expected = 'a url such as http://127.0.0.1:4010, or what buildApp resolves to'
    throw new WrongCall(`the server must be ${expected}, got ${got}`)
  }
  const url = isApp ? '' : String(server).replace(/\/+$/, '')
  const target = { url, address: url, adminToken, app: isApp ? server : undefined }
  const { sandbox: open, ...members } = membersOf(target)

  const unnamed: SandboxClient[] = []
  const close = async () => {
    // If one sandbox can't be dropped, still drop the others.
    const failures: unknown[] = []
    for (const sandbox of unnamed.splice(0)) await sandbox.drop().catch(error => failures.push(error))
    if (failures.length > 0) throw failures[0]
  }
  return {
    ...members,
    async sandbox (...given) {
      const sandbox = await open(...given)
      if (given[0] === undefined) unnamed.push(sandbox)
      return sandbox
    },
    async reset () { await askBy(target)('POST', '/reset') },
    close,
    [Symbol.asyncDispose]: close
  }
}

/** Makes a server listen on another port, whose requests belong to a sandbox. Returns the address. */
export type OpenPort = (sandboxName: string, port: number) => Promise<string>

/**
 * The client of a listening server in the same process. Requests go over the socket, so a test's fake timers do not
 * stop them.
 */
export function handleOf (app: OvocApp, url: string, adminToken: string, openPort: OpenPort) {
  // On some systems a client can't connect to the address that means all addresses.
  const address = url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')
  return membersOf({ url, address, adminToken, app }, openPort)
}

/** Returns what every client of a server has: the members of its default sandbox, `sandbox` and `reloadFixtures`. */
function membersOf (server: Server, openPort?: OpenPort) {
  const expected = [
    optional(aString('the name of a sandbox')),
    theOptions('a sandbox', { from: anObject('the option from'), port: aNumber('the option port') })
  ]
  return {
    ...new SandboxClient(server, 'default'),
    ...checked({ sandbox: expected }, {
      async sandbox (given: string = randomUUID(), { from, port }: SandboxOptions = {}): Promise<SandboxClient> {
        if (port !== undefined && openPort === undefined) {
          throw new WrongCall('a port for a sandbox needs a server in the same process, as startOvocMock makes it')
        }

        // A server in the same process opens a sandbox without a request.
        const name = wireNameOf(given)
        const source = from !== undefined && 'sandbox' in from
          ? { from: { sandbox: from.sandbox, snapshot: from.name } }
          : from && { fixtures: from }
        if (server.app !== undefined && source === undefined) server.app.sandboxes.open(name)
        else await askBy(server, sandboxPath(name))('POST', '/sandboxes', { name, ...source })

        const ownUrl = port === undefined ? undefined : await (openPort as OpenPort)(name, port)
        return new SandboxClient(server, name, ownUrl)
      }
    }),
    reloadFixtures: async (): Promise<void> => { await askBy(server)('POST', '/fixtures/reload') }
  }
}

/** Returns the name that stands for a text in paths: its letters and digits, and a part that makes it unique. */
function wireNameOf (text: string): string {
  if (nameRule.pattern.test(text)) return text
  const plain = text.normalize('NFKD').replace(/[^\w]+/g, '-').replace(/^-|-$/g, '').slice(0, 48)
  return `${plain}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`.replace(/^-/, '')
}

import { randomUUID } from 'node:crypto'
import type { OvocApp } from '../protocol/operations.ts'
import { nameRule, sandboxPath } from '../protocol/base-paths.ts'
import { askBy, objectGiven, sendInto, sendOverNetwork } from './send.ts'
import { quote } from '../schema/quote.ts'
import { SandboxClient } from './sandbox-client.ts'
import type { Send } from './send.ts'

/** A server as a test sees it, in the same process or elsewhere. */
export interface OvocMockConnection extends AsyncDisposable {
  /** Where it answers; OVOC's paths follow. Empty for an app without a socket. */
  readonly url: string
  /** Opens a sandbox, or joins the one that has the name; without a name it is a fresh one. */
  sandbox (name?: string): Promise<SandboxClient>
  /** Brings the default sandbox back to how it was at the start. */
  reset (): void | Promise<void>
  close (): Promise<void>
}

/** How to be let in. */
export interface ConnectionOptions {
  /** The server's option of that name. */
  adminToken?: string | undefined
}

/**
 * Controls a server that runs elsewhere, by its url, or one that `buildApp` made, without a socket.
 * Its `close` drops the sandboxes that it opened without a name, and leaves the server running.
 * @throws for any other server, and for unknown options. Whether a server answers there shows with the first sandbox.
 */
export function connectOvocMock (
  server: string | URL | OvocApp, options: ConnectionOptions = {}
): OvocMockConnection {
  const { adminToken = '', ...unknown } = objectGiven('the options', options)
  const [option] = Object.keys(unknown)
  if (option !== undefined) throw new TypeError(`connectOvocMock has no option ${option}, only adminToken`)

  const isApp = typeof server === 'object' && server !== null && 'sandboxes' in server
  if (!isApp && !(/^https?:\/\/[^/]/.test(String(server)) && URL.canParse(String(server)))) {
    const got = typeof server === 'string' ? JSON.stringify(server) : String(server)
    const expected = 'a url such as http://127.0.0.1:4010, or what buildApp resolves to'
    throw new TypeError(`the server must be ${expected}, got ${got}`)
  }
  const url = isApp ? '' : String(server).replace(/\/+$/, '')
  const send = isApp ? sendInto(server, adminToken) : sendOverNetwork(url, adminToken)
  const open = isApp
    ? sandboxesOf(server, url, adminToken)
    : opener(url, send, undefined, name => askBy(send, sandboxPath(name))('POST', '/sandboxes', { name }))

  const unnamed: SandboxClient[] = []
  const close = async () => {
    // One that can't be dropped keeps none of the others.
    const failures: unknown[] = []
    for (const sandbox of unnamed.splice(0)) await sandbox.drop().catch(error => failures.push(error))
    if (failures.length > 0) throw failures[0]
  }
  return {
    url,
    async sandbox (name) {
      const sandbox = await open(name)
      if (name === undefined) unnamed.push(sandbox)
      return sandbox
    },
    async reset () { await askBy(send)('POST', '/reset') },
    close,
    [Symbol.asyncDispose]: close
  }
}

type Open = OvocMockConnection['sandbox']

/**
 * Opens sandboxes of an app in the same process, without a request.
 * @param url the address of the app; empty if it does not listen. An app that listens is sent requests over its socket,
 * where no fake timers of a test get in the way.
 */
export function sandboxesOf (app: OvocApp, url: string, adminToken: string): Open {
  // Some systems connect to no address that means every one.
  const address = url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')
  const send = url === '' ? sendInto(app, adminToken) : sendOverNetwork(address, adminToken, app)
  return opener(url, send, app, async name => app.sandboxes.open(name))
}

function opener (
  url: string, send: Send, app: OvocApp | undefined, open: (name: string) => Promise<unknown>
): Open {
  return async (name = randomUUID()) => {
    if (typeof name !== 'string') throw new TypeError(`the name of a sandbox must be a string, got ${quote(name)}`)
    // The server knows best how to say what is wrong with a name.
    await (nameRule.pattern.test(name) ? open(name) : askBy(send)('POST', '/sandboxes', { name }))
    return new SandboxClient(send, url, name, app)
  }
}

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { quote } from '../schema/quote.ts'
import { Clock } from '../sandbox/clock.ts'
import { nameRule } from '../sandbox/sandbox-name.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import type { Sandboxes } from '../sandbox/sandboxes.ts'
import { isForOvoc, readBasic } from './credentials.ts'
import { isControlPath, sandboxOfPath } from './doors.ts'
import { Refusal } from './refusal.ts'

declare module 'fastify' {
  interface FastifyInstance { sandboxes: Sandboxes }
  interface FastifyContextConfig {
    /** What a request does to the sandbox that it names: only `open` opens it. When nothing is said, `read` under `/__admin` for GET and HEAD, else `open`. */
    sandboxUse?: 'none' | 'read' | 'open'
  }
  interface FastifyRequest {
    /** The sandbox that the request belongs to: of one that is not admitted the one that it names, when that is open, else the default one. */
    readonly sandbox: Sandbox
    /** The clock of the sandbox that the request names, open or not. */
    readonly clock: Clock
    /** Its sandbox, once it is admitted; it is in use until the answer has left or the client has. */
    entered: Sandbox | undefined
    /** Makes the request belong to its caller's sandbox, where callers have their own and the request names no other. */
    enterSandboxOf (caller: string): void
  }
}

/** The header in which a client names its sandbox. */
const sandboxHeader = 'x-ovoc-mock-sandbox'

/**
 * Gives every admitted request its sandbox: the one that its path or header names, else, where asked for, its user's or client's, else the default one.
 * To be called after what refuses callers, so that they neither open a sandbox nor push another out.
 */
export function enterSandboxes (app: FastifyInstance, sandboxes: Sandboxes, fromCredentials: boolean): void {
  const nameIn = (request: FastifyRequest) => namedIn(request) ?? (fromCredentials ? callerOf(request.headers.authorization) : undefined)
  app.decorate('sandboxes', sandboxes)
  app.decorateRequest('entered', undefined)
  app.decorateRequest('sandbox', { getter () { return this.entered ?? sandboxes.find(nameIn(this)) ?? sandboxes.default } })
  app.decorateRequest('clock', { getter () { return (this.entered ?? sandboxes.find(nameIn(this)))?.clock ?? new Clock() } })
  app.decorateRequest('enterSandboxOf', function (caller) {
    if (fromCredentials && namedIn(this) === undefined) this.entered = sandboxes.open(checked(caller))
  })
  // Where credentials are not looked at before, such as at the token endpoint, they are a claim only.
  const mayEnter = (request: FastifyRequest) => !fromCredentials || namedIn(request) !== undefined || isForOvoc(request) || isControlPath(request.url)
  app.addHook('onRequest', (request, { raw }, done) => {
    refuseTwoNames(request)
    if (mayEnter(request)) {
      const entered = request.entered = enter(sandboxes, checked(nameIn(request)), request)
      // The default one can't be dropped.
      if (entered !== sandboxes.default && !raw.destroyed) raw.once('close', entered.usage.begin())
    }
    done()
  })
  app.addHook('onSend', ({ clock }, reply, _payload, done) => {
    if (clock.isChanged) reply.header('date', clock.now().toUTCString())
    done()
  })
  app.addHook('onClose', async () => sandboxes.close())
}

// What is only asked about is not opened, so that no other is dropped for it; what is open counts as used.
function enter (sandboxes: Sandboxes, name: string | undefined, request: FastifyRequest): Sandbox {
  if (!isControlPath(request.url)) return sandboxes.open(name, request.arrived?.elapsed)
  const { method, routeOptions } = request
  const isRead = method === 'GET' || method === 'HEAD'
  const { sandboxUse = isRead ? 'read' : 'open' } = routeOptions.config
  const isUsed = sandboxUse === 'open' || (sandboxUse === 'read' && sandboxes.find(name) !== undefined)
  return isUsed ? sandboxes.open(name) : sandboxes.peek(name)
}

function namedIn ({ originalUrl, headers }: FastifyRequest): string | undefined {
  return sandboxOfPath(originalUrl) ?? headers[sandboxHeader] as string | undefined
}

function refuseTwoNames ({ originalUrl, headers }: FastifyRequest): void {
  const inHeader = headers[sandboxHeader]
  const inPath = inHeader === undefined ? undefined : sandboxOfPath(originalUrl)
  if (inPath === undefined || inPath === inHeader) return
  throw new Refusal(400, `the path names the sandbox ${quote(inPath)}, but the header X-Ovoc-Mock-Sandbox names ${quote(inHeader)}; leave one out`)
}

/** @throws {Refusal} 400 that tells the rule. */
function checked (name: string | undefined): string | undefined {
  if (name === undefined || nameRule.pattern.test(name)) return name
  throw new Refusal(400, `the name of a sandbox must be ${nameRule.description}, got ${quote(name)}`)
}

/** Who Basic or Bearer credentials say the caller is. */
function callerOf (authorization = ''): string | undefined {
  const [scheme = '', value = ''] = authorization.split(/ +(.*)/s)
  if (/^basic$/i.test(scheme)) return readBasic(value)?.[0]
  return /^bearer$/i.test(scheme) ? clientOf(value) : undefined
}

function clientOf (token: string): string | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { azp?: unknown } | null
    return typeof claims?.azp === 'string' ? claims.azp : undefined
  } catch {
    return undefined
  }
}

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { quote } from '../schema/quote.ts'
import { nameRule } from '../sandbox/sandbox-name.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import type { Sandboxes } from '../sandbox/sandboxes.ts'
import { readBasic } from './credentials.ts'
import { sandboxOfPath } from './doors.ts'
import { Refusal } from './refusal.ts'

declare module 'fastify' {
  interface FastifyInstance { sandboxes: Sandboxes }
  interface FastifyRequest {
    /** The sandbox that the request belongs to; the default one too when it names none rightly. */
    sandbox: Sandbox
    /** Makes the request belong to its caller's sandbox, where callers have their own and the request names no other. */
    enterSandboxOf (caller: string | undefined): void
  }
}

/** The header in which a client names its sandbox. */
const sandboxHeader = 'x-ovoc-mock-sandbox'

/** Gives every request its sandbox: the one that its path or header names, else, where asked for, its user's or client's, else the default one. */
export function enterSandboxes (app: FastifyInstance, sandboxes: Sandboxes, fromCredentials: boolean): void {
  app.decorate('sandboxes', sandboxes)
  app.decorateRequest('sandbox', null as unknown as Sandbox)
  app.decorateRequest('enterSandboxOf', function (caller) {
    const name = namedSandbox(this) ?? (fromCredentials ? caller : undefined)
    if (name !== undefined) this.sandbox = sandboxes.open(checked(name))
  })
  app.addHook('onRequest', (request, _reply, done) => {
    request.sandbox = sandboxes.default
    request.enterSandboxOf(fromCredentials ? callerOf(request.headers.authorization) : undefined)
    done()
  })
  // A preflight is answered before it has a sandbox.
  app.addHook('onSend', ({ sandbox }, reply, _payload, done) => {
    if (sandbox?.clock.isChanged) reply.header('date', sandbox.clock.now().toUTCString())
    done()
  })
  app.addHook('onClose', async () => sandboxes.close())
}

function namedSandbox ({ originalUrl, headers }: FastifyRequest): string | undefined {
  const inPath = sandboxOfPath(originalUrl)
  const inHeader = headers[sandboxHeader] as string | undefined
  if (inPath !== undefined && inHeader !== undefined && inPath !== inHeader) {
    throw new Refusal(400, `the path names the sandbox ${quote(inPath)}, but the header X-Ovoc-Mock-Sandbox names ${quote(inHeader)}; leave one out`)
  }
  return inPath ?? inHeader
}

/** @throws {Refusal} 400 that tells the rule. */
function checked (name: string): string {
  if (nameRule.pattern.test(name)) return name
  throw new Refusal(400, `the name of a sandbox must be ${nameRule.description}, got ${quote(name)}`)
}

/** Who Basic or Bearer credentials say the caller is; whether rightly is checked later. */
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

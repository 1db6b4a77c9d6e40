import type { FastifyInstance, FastifyRequest } from 'fastify'
import { quote } from '../schema/quote.ts'
import { Clock } from '../sandbox/clock.ts'
import { sandboxNameFormat, isControlPath, isOvocPath, isSimulatorsPath, sandboxOfPath } from './base-paths.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import type { Sandboxes } from '../sandbox/sandboxes.ts'
import { Refusal } from './refusal.ts'

declare module 'fastify' {
  interface FastifyInstance { sandboxes: Sandboxes }
  interface FastifyContextConfig {
    /**
     * What a request does to the sandbox that it names: only `open` opens it.
     * Default: `none` for the documents and for unknown paths, `read` for GET and HEAD under `/__admin`, else `open`.
     */
    sandboxUse?: 'none' | 'read' | 'open'
  }
  interface FastifyRequest {
    /** The sandbox of the request. A rejected request has the sandbox that it names if it is open, else the default. */
    readonly sandbox: Sandbox
    /** The clock of the sandbox that the request names, open or not. */
    readonly clock: Clock
    /**
     * The sandbox of the request, once the request is admitted. If the request uses it, it is in use until the response
     * is sent or the client has left.
     */
    entered: Sandbox | undefined
  }
}

/** The header in which a client names its sandbox. */
const sandboxHeader = 'x-ovoc-mock-sandbox'

/**
 * Gives every request its sandbox. The path or the header names it, else the port. Without any it is the default one.
 * Call this after the hooks that reject callers: a rejected request must neither open a sandbox nor evict another one.
 */
export function enterSandboxes (app: FastifyInstance, sandboxes: Sandboxes): void {
  app.decorate('sandboxes', sandboxes)
  app.decorateRequest('entered', undefined)
  app.decorateRequest('sandbox', {
    getter () { return (this.entered ?? sandboxes.find(nameIn(this)) ?? sandboxes.default).present }
  })
  app.decorateRequest('clock', {
    getter () { return (this.entered ?? sandboxes.find(nameIn(this)))?.clock ?? new Clock() }
  })

  app.addHook('onRequest', (request, { raw }, done) => {
    const inPath = sandboxOfPath(request.originalUrl)
    const inHeader = request.headers[sandboxHeader] as string | undefined
    if (inPath !== undefined && inHeader !== undefined && inPath !== inHeader) {
      const given = `the path names the sandbox ${quote(inPath)}, but the header X-Ovoc-Mock-Sandbox names`
      throw new Refusal(400, `${given} ${quote(inHeader)}; leave one out`)
    }

    const name = inPath ?? inHeader ?? ofPort(request)
    if (name !== undefined && !sandboxNameFormat.pattern.test(name)) {
      throw new Refusal(400, `the name of a sandbox must be ${sandboxNameFormat.description}, got ${quote(name)}`)
    }

    // Reading a sandbox never opens it (that could evict another one), but counts as use if it is open.
    const { method, url, is404 } = request
    let isUsed = !is404
    if (isUsed && !isOvocPath(url)) {
      const isRead = isControlPath(url) && (method === 'GET' || method === 'HEAD')
      const usual = isRead ? 'read' : isSimulatorsPath(url) && !isControlPath(url) ? 'none' : 'open'
      const { sandboxUse = usual } = request.routeOptions.config
      isUsed = sandboxUse === 'open' || (sandboxUse === 'read' && sandboxes.find(name) !== undefined)
    }
    const entered = isUsed ? sandboxes.open(name, request.arrived?.elapsed) : sandboxes.peek(name)
    request.entered = entered
    if (request.arrived !== undefined) request.arrived.among = entered.journal.expect()
    if (isUsed) sandboxes.enter(entered, raw)
    const { dataset } = entered
    if (dataset.isLoaded) done()
    else dataset.load().then(() => done(), done)
  })
  app.addHook('onSend', ({ clock }, reply, _payload, done) => {
    if (!reply.hasHeader('date')) reply.header('date', clock.httpDate)
    // A client that keeps its connection open would delay the close of the server.
    if (sandboxes.areClosed) reply.header('connection', 'close')
    done()
  })
}

function nameIn (request: FastifyRequest): string | undefined {
  return sandboxOfPath(request.originalUrl) ?? request.headers[sandboxHeader] as string | undefined ?? ofPort(request)
}

function ofPort ({ server: { sandboxes }, socket }: FastifyRequest): string | undefined {
  return sandboxes.ofPorts.size === 0 ? undefined : sandboxes.ofPorts.get(socket.localPort)
}

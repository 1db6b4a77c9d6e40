import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { clearTimeout, setTimeout } from '../node.ts'
import type { RequestFacts } from '../sandbox/match.ts'
import type { Decision } from '../sandbox/rules.ts'
import { hasNoBody, responseProblems } from '../sandbox/rule.ts'
import type { RuleResponse } from '../sandbox/rule.ts'
import { isPlainObject } from '../schema/parse-json.ts'
import { quote } from '../schema/quote.ts'
import { closeConnection, cutResponse, resetConnection, withoutLast } from './broken-connections.ts'
import type { Payload } from './broken-connections.ts'
import { holdBody } from './body.ts'
import { basicChallenge, bearerChallenge } from './credentials.ts'
import { isLivePlatformPath, isOvocPath, isSimulatorsPath, pathOf } from './base-paths.ts'
import { untilConnected, sendNothing } from './send-list.ts'
import { isSuccess, readPreference } from './preferences.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the rules do to the response. Undefined until the delay is over, and if they don't apply to the request. */
    decision: Decision | undefined
  }
}

/** Calls `proceed` unless a rule or a preference responds. */
export type ApplyRules = (request: FastifyRequest, reply: FastifyReply, proceed: () => void) => void

/**
 * Applies the rules of the sandbox or the preferences of the request: responds, delays or breaks the response. It does
 * so once the body is read, so the journal has the body and rules can compare it. Rules never apply to the simulator's
 * own paths.
 * @returns the same, for a request whose body can't be read.
 */
export function applyRules (app: FastifyInstance, delayed: DelayedResponses): ApplyRules {
  app.decorateRequest('decision', undefined)

  const apply: ApplyRules = (request, reply, proceed) => {
    const { sandbox: { rules, clock }, headers, url, isStranger } = request
    const isPlain = rules.size === 0 && headers.prefer === undefined && !url.includes('__')
    if (isPlain || isStranger || isSimulatorsPath(url)) return proceed()

    // No rule applies to a request that asks for a code. A success code leads to the normal response.
    const { operation, code, delay, applied } = readPreference(request)
    if (applied.length > 0) reply.header('preference-applied', applied.join(', '))
    let decision: Decision
    if (code === undefined) {
      decision = rules.decide(factsOf(request), clock.now().getTime(), request.is404)
      if (delay > 0) decision.reasons.unshift(`the request asked to wait ${delay} ms`)
    } else {
      const description = `${operation} answers ${code} because the request asked for it`
      const response = isSuccess(code) ? undefined : { status: code, ...!hasNoBody(code) && { body: { description } } }
      const reasons = [`the request asked for code ${code}`]
      decision = { delay: 0, response, respond: undefined, break: undefined, reasons }
    }

    const { response, respond, break: breaks, reasons } = decision
    if (reasons.length > 0) request.reason = [request.reason, ...reasons].filter(reason => reason !== '').join('; ')
    delayed.add(delay + decision.delay, reply, () => {
      if (breaks === 'reset') return resetConnection(reply)
      if (breaks === 'empty') return closeConnection(reply)
      request.decision = decision
      if (respond === undefined) {
        if (response === undefined) proceed()
        else if (reply.raw.socket !== null) send(response, reply)
        // The body may be a megabyte, so it is written only when its turn comes.
        else untilConnected(reply).then(() => send(response, reply)).catch(error => reply.send(error))
        return
      }

      // A user wrote the function, so it may throw or return anything.
      new Promise<RuleResponse | undefined>(resolve => resolve(respond(factsOf(request)))).then(made => {
        if (made === undefined) return proceed()
        const problems = isPlainObject(made) ? responseProblems('', made) : [`it must be an object, got ${quote(made)}`]
        if (problems.length > 0) {
          throw new Error(`the response of a rule's function is not valid: ${problems.join('; ')}`)
        }
        send(made, reply)
      }).catch(error => reply.send(error))
    })
  }
  app.addHook('preValidation', apply)

  app.addHook<Payload>('onSend', (request, reply, payload, done) => {
    const { break: breaks, reasons = [] } = request.decision ?? {}
    if (breaks === undefined) return done(null, payload)
    request.reason = reasons.join('; ')
    if (breaks !== 'malformed') {
      cutResponse(reply, payload).catch(error => reply.raw.destroy(error))
      return
    }
    if (!payload || request.method === 'HEAD') request.reason += '; the response has no body that it could spoil'
    done(null, withoutLast(payload))
  })
  return apply
}

/** Returns the facts that rules compare. Parameters are parsed, and the body is there, only once they are read. */
function factsOf ({ url, method, params, query, headers, body, routeOptions }: FastifyRequest): RequestFacts {
  const path = pathOf(url)
  const schema = isOvocPath(path) ? routeOptions.schema : undefined
  return {
    operation: schema?.operationId,
    resource: schema?.tags?.[0],
    method,
    path,
    params: params as Record<string, unknown>,
    query: query as Record<string, unknown>,
    headers,
    body
  }
}

function send ({ status = 200, headers = {}, body }: RuleResponse, reply: FastifyReply): void {
  reply.code(status)
  if (status === 401) {
    const challenge = isLivePlatformPath(reply.request.originalUrl) ? bearerChallenge : basicChallenge
    reply.header('www-authenticate', challenge)
  }
  const isText = typeof body === 'string'
  if (body !== undefined) reply.type(isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8')
  reply.headers(headers)
  if (body === undefined) sendNothing(reply)
  else reply.serializer((text: string) => text).send(isText ? body : JSON.stringify(body))
}

/** Requests whose response is delayed. When the server closes, all of them go on at once. */
export class DelayedResponses {
  readonly #waiting = new Set<() => void>()
  #isClosed = false

  /**
   * Calls `goOn` after some milliseconds, unless the client has left by then. If it throws, only the response fails,
   * not the process.
   * @throws {StorageFull} if there is no room for the body of the request.
   */
  add (milliseconds: number, reply: FastifyReply, goOn: () => void): void {
    const { raw: response } = reply
    if (milliseconds === 0 || this.#isClosed) {
      goOn()
      return
    }
    const release = holdBody(reply.request)
    const end = () => {
      release()
      clearTimeout(timer)
      this.#waiting.delete(end)
      response.off('close', end)
      if (response.destroyed) return
      try {
        goOn()
      } catch (error) {
        reply.send(error)
      }
    }
    const timer = setTimeout(end, milliseconds)
    this.#waiting.add(end)
    response.once('close', end)
  }

  close (): void {
    this.#isClosed = true
    for (const end of this.#waiting) end()
  }
}

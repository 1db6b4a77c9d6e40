import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { clearTimeout, setTimeout } from '../node.ts'
import type { Decision } from '../sandbox/rules.ts'
import { hasNoBody, responseProblems } from '../sandbox/rule.ts'
import type { RuleResponse } from '../sandbox/rule.ts'
import { isPlainObject } from '../schema/parse-json.ts'
import { quote } from '../schema/quote.ts'
import { closeConnection, cutAnswer, resetConnection, withoutLast } from './broken-connections.ts'
import type { Payload } from './broken-connections.ts'
import { basicChallenge, bearerChallenge } from './credentials.ts'
import { isLivePlatformPath, isSimulatorsPath } from './base-paths.ts'
import { recordPart } from './keep-journal.ts'
import { factsOf } from './request-facts.ts'
import { itsTurn, sendNothing } from './send-list.ts'
import { readPreference } from './preferences.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set if a rule will break the response. */
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

  const apply: ApplyRules = (request, reply, done) => {
    const { sandbox, headers, url, isStranger } = request
    const isPlain = sandbox.rules.size === 0 && headers.prefer === undefined && !url.includes('__')
    if (isPlain || isStranger || isSimulatorsPath(url)) return done()
    const operation = request.server.catalogue.get(request.routeOptions.schema?.operationId as string)
    if (operation === undefined) return carryOut(decide(request), delayed, request, reply, done)

    const { code, delay, preferred } = readPreference(request, operation)
    const isSuccess = code === 200 || code === 201
    const applied = []
    if (preferred.code && !isSuccess) applied.push(`code=${code}`)
    if (preferred.wait) applied.push(`wait=${delay / 1000}`)
    if (applied.length > 0) reply.header('preference-applied', applied.join(', '))

    // No rule applies to a request that asks for a code. A success code leads to the normal response.
    if (code !== undefined) {
      const description = `${operation.operation} answers ${code} because the request asked for it`
      const answer = isSuccess ? undefined : { status: code, ...!hasNoBody(code) && { body: { description } } }
      const reasons = [`the request asked for code ${code}`]
      const decision = { delay, answer, respond: undefined, break: undefined, reasons }
      return carryOut(decision, delayed, request, reply, done)
    }

    const decision = decide(request)
    if (delay > 0) {
      decision.delay += delay
      decision.reasons.unshift(`the request asked to wait ${delay} ms`)
    }
    carryOut(decision, delayed, request, reply, done)
  }
  app.addHook('preValidation', apply)

  app.addHook<Payload>('onSend', (request, reply, payload, done) => {
    const { break: breaks, reasons = [] } = request.decision ?? {}
    if (breaks === undefined) return done(null, payload)
    request.reason = reasons.join('; ')
    if (breaks !== 'malformed') {
      const record = (part: Buffer) => recordPart(request, reply, part)
      cutAnswer(reply, payload, request.reason, record).catch(error => reply.raw.destroy(error))
      return
    }
    if (!payload || request.method === 'HEAD') request.reason += '; the answer has no body that it could spoil'
    done(null, withoutLast(payload))
  })
  return apply
}

function decide (request: FastifyRequest): Decision {
  const { rules, clock } = request.sandbox
  return rules.decide(factsOf(request), clock.now().getTime(), request.is404)
}

function carryOut (
  decision: Decision, delayed: DelayedResponses, request: FastifyRequest, reply: FastifyReply, proceed: () => void
): void {
  const { delay, answer, respond, break: breaks, reasons } = decision
  if (reasons.length > 0) request.reason = [request.reason, ...reasons].filter(reason => reason !== '').join('; ')
  delayed.add(delay, reply, () => {
    if (breaks === 'reset') return resetConnection(request, reply, request.reason)
    if (breaks === 'empty') return closeConnection(request, reply, request.reason)
    if (breaks !== undefined) request.decision = decision
    if (respond === undefined) {
      if (answer === undefined) proceed()
      else if (reply.raw.socket !== null) send(answer, request, reply)
      // The body may be a megabyte, so it is written only when its turn comes.
      else itsTurn(reply).then(() => send(answer, request, reply))
      return
    }

    // A user wrote the function, so it may throw or return anything.
    new Promise<RuleResponse | undefined>(resolve => resolve(respond(factsOf(request)))).then(made => {
      if (made === undefined) return proceed()
      const problems = isPlainObject(made) ? responseProblems('', made) : [`it must be an object, got ${quote(made)}`]
      if (problems.length > 0) throw new Error(`the response of a rule's function is not valid: ${problems.join('; ')}`)
      send(made, request, reply)
    }).catch(error => reply.send(error))
  })
}

function send ({ status = 200, headers = {}, body }: RuleResponse, request: FastifyRequest, reply: FastifyReply): void {
  reply.code(status)
  if (status === 401) {
    const challenge = isLivePlatformPath(request.originalUrl) ? bearerChallenge : basicChallenge
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
   */
  add (milliseconds: number, reply: FastifyReply, goOn: () => void): void {
    const { raw: response } = reply
    if (milliseconds === 0 || this.#isClosed) {
      goOn()
      return
    }
    const end = () => {
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

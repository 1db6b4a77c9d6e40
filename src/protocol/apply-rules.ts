import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Decision, RuleResponse } from '../sandbox/rules.ts'
import { hasNoBody } from '../sandbox/rule.ts'
import { closeConnection, cutAnswer, resetConnection, withoutLast } from './broken-connections.ts'
import type { Payload } from './broken-connections.ts'
import type { CataloguedOperation } from './catalogue.ts'
import { basicChallenge, bearerChallenge } from './credentials.ts'
import { isLivePlatformPath, isSimulatorsPath } from './base-paths.ts'
import { recordPart } from './keep-journal.ts'
import { factsOf } from './request-facts.ts'
import { sendNothing } from './send-list.ts'
import { readPreference } from './preferences.ts'
import type { Preference } from './preferences.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** How the real answer is spoilt on its way out, if it is. */
    damage: Decision | undefined
    /** Whether it asked for its normal answer, past all rules. */
    isSpared: boolean
  }
}

/** Lets requests fail as the rules of their sandbox say, or as they ask for themselves; never those for the simulator's own paths. */
export function applyRules (app: FastifyInstance): void {
  const delayed = new DelayedResponses()
  app.decorateRequest('damage', undefined)
  app.decorateRequest('isSpared', false)
  app.addHook('onRequest', (request, reply, done) => {
    if (mayFail(request)) follow(decide(request, reply), delayed, request, reply, done)
    else done()
  })
  app.addHook('preValidation', (request, reply, done) => {
    if (request.sandbox.rules.isEmpty || request.isSpared || request.damage !== undefined || isSimulatorsPath(request.url)) done()
    else follow(decideByRules(request, true), delayed, request, reply, done)
  })
  app.addHook<Payload>('onSend', (request, reply, payload, done) => {
    if (request.damage === undefined) done(null, payload)
    else spoil(request.damage, request, reply, payload, done)
  })
  app.addHook('preClose', done => {
    delayed.close()
    done()
  })
}

function mayFail ({ sandbox, headers, url }: FastifyRequest): boolean {
  return (!sandbox.rules.isEmpty || headers.prefer !== undefined || url.includes('__')) && !isSimulatorsPath(url)
}

function decide (request: FastifyRequest, reply: FastifyReply): Decision {
  const operation = request.server.catalogue.get(request.routeOptions.schema?.operationId as string)
  if (operation === undefined) return decideByRules(request, false)
  const preference = readPreference(request, operation)
  const answer = answerTo(preference, operation)
  request.isSpared = preference.code !== undefined
  const applied = [...answer !== undefined && preference.preferred.code ? [`code=${preference.code}`] : [], ...preference.preferred.wait ? [`wait=${preference.delay / 1000}`] : []]
  if (applied.length > 0) reply.header('preference-applied', applied.join(', '))
  return decideByPreference(request, preference, answer)
}

// Who asks for a code asks for no other rule.
function decideByPreference (request: FastifyRequest, { code, delay }: Preference, answer: RuleResponse | undefined): Decision {
  if (code !== undefined) return { delay, answer, break: undefined, reasons: [`the request asked for code ${code}`] }
  const decision = decideByRules(request, false)
  if (delay === 0) return decision
  return { ...decision, delay: decision.delay + delay, reasons: [`the request asked to wait ${delay} ms`, ...decision.reasons] }
}

function answerTo ({ code }: Preference, { operation }: CataloguedOperation): RuleResponse | undefined {
  if (code === undefined || code === 200 || code === 201) return undefined
  return { status: code, body: { description: `${operation} answers ${code} because the request asked for it` }, retryAfter: undefined }
}

function decideByRules (request: FastifyRequest, isRead: boolean): Decision {
  const { rules, clock } = request.sandbox
  return rules.decide(factsOf(request), isRead, clock.now().getTime())
}

function follow (decision: Decision, delayed: DelayedResponses, request: FastifyRequest, reply: FastifyReply, proceed: () => void): void {
  const { delay, answer, break: breaks, reasons } = decision
  if (reasons.length > 0) request.reason = [request.reason, ...reasons].filter(reason => reason !== '').join('; ')
  delayed.add(delay, reply, () => {
    if (answer !== undefined) return send(answer, request, reply)
    if (breaks === 'reset') return resetConnection(request, reply, request.reason)
    if (breaks === 'empty') return closeConnection(request, reply, request.reason)
    if (breaks !== undefined) request.damage = decision
    proceed()
  })
}

function send ({ status, body, retryAfter }: RuleResponse, { originalUrl }: FastifyRequest, reply: FastifyReply): void {
  reply.code(status)
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
  if (status === 401) reply.header('www-authenticate', isLivePlatformPath(originalUrl) ? bearerChallenge : basicChallenge)
  if (hasNoBody(status)) sendNothing(reply)
  else reply.type('application/json; charset=utf-8').serializer((text: unknown) => text as string).send(JSON.stringify(body))
}

type Sent = (error: Error | null, payload?: Payload) => void

function spoil ({ break: breaks, reasons }: Decision, request: FastifyRequest, reply: FastifyReply, payload: Payload, done: Sent): void {
  request.reason = reasons.join('; ')
  if (breaks === 'malformed') {
    if (!payload || request.method === 'HEAD') request.reason += '; the answer has no body that it could spoil'
    done(null, withoutLast(payload))
  } else cutAnswer(reply, payload, request.reason, part => recordPart(request, reply, part)).catch(error => reply.raw.destroy(error))
}

/** Requests whose response waits; all of them go on at once when the server closes. */
export class DelayedResponses {
  readonly #waiting = new Set<() => void>()
  #isClosed = false

  /**
   * Goes on after some milliseconds, unless the client has left by then. A failure is that of the response alone, not
   * of the process.
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

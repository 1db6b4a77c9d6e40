import { STATUS_CODES } from 'node:http'
import { inspect } from 'node:util'
import * as Type from 'typebox'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ref, strictObject, assumed, observed } from '../schema/primitives.ts'
import { maxBody, needless, takesNoBody } from './body.ts'
import { isControlPath } from './base-paths.ts'
import { problemType } from './problem.ts'
import { printable } from '../schema/quote.ts'
import { BrokenConnection } from './broken-connections.ts'
import { Refusal } from './refusal.ts'
import { StorageFull } from '../sandbox/storage.ts'
import type { ApplyRules } from './apply-rules.ts'

/** The body of every error response. */
export const ErrorSchema = strictObject({
  description: Type.String({ description: 'What is wrong, where, and what was expected' })
}, {
  $id: 'Error',
  description: 'The body of every error response',
  'x-evidence': observed('programs in use look for this key; the statuses and the texts are assumed')
})

const meanings = {
  400: 'The request is not valid. The description names every problem',
  401: 'The credentials are wrong, or required and missing. The header WWW-Authenticate says which are expected',
  403: 'The caller has the role monitor, which may only read',
  404: 'The record does not exist',
  413: `The body is larger than ${maxBody} bytes`,
  415: 'The body is not JSON',
  507: 'The server is full: callers and testers have stored as much as it keeps'
}

const anyServers = {
  429: 'The client sent too many requests',
  500: 'The server failed',
  503: 'The server is not available'
}

/** Returns the error responses of an operation for its schemas: its own, and those that any request can ask for. */
export function errorResponses<Status extends keyof typeof meanings> (...statuses: Status[]) {
  const own = statuses.map(status => [status, errorResponse(meanings[status])])
  const any = Object.entries(anyServers).map(([status, meaning]) => {
    return [status, { ...errorResponse(meaning), 'x-evidence': onDemand }]
  })
  type All = Record<Status | keyof typeof anyServers, ReturnType<typeof errorResponse>>
  return Object.fromEntries([...own, ...any]) as All
}

const onDemand = assumed('any server may respond so; the simulator does only if a tester asks for it')

function errorResponse (description: string) {
  return { description, content: { 'application/json': { schema: ref(ErrorSchema) } } }
}

/** Sends every error of a server. */
export function sendErrors (
  app: FastifyInstance, apply: ApplyRules, refusalOf: (request: FastifyRequest) => Refusal
): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const send = (error: FastifyError | Refusal) => sendError(error, request, reply)
    if (!/^FST_ERR_(?:CTP|ROUTE)_/.test(error.code)) return send(error)
    // Fastify checks length and type of a body before rules apply. On an unknown path they do not matter.
    try {
      apply(request, reply, () => send(request.is404 ? refusalOf(request) : error))
    } catch (problem) {
      send(problem as Refusal)
    }
  })
}

/**
 * Sends any thrown error as OVOC does. Control paths send a problem instead. An error that was not thrown on purpose is
 * logged, and the response does not describe it.
 */
export function sendError (given: FastifyError | Refusal, request: FastifyRequest, reply: FastifyReply): void {
  if (given instanceof BrokenConnection) return
  // Fastify checks length and type of a body before it is known that the operation accepts none.
  const isOfBody = given.statusCode === 413 || given.statusCode === 415
  const error = isOfBody && takesNoBody(request) ? needless : given
  const status = error.statusCode ?? 500
  const isOnPurpose = error instanceof Refusal || error instanceof StorageFull
  if (error instanceof Refusal) reply.headers(error.headers)

  request.reason = printable(String(error.message))
  if (status === 413) request.reason = `the body is larger than ${maxBody} bytes`
  if (status === 415 && !(error instanceof Refusal)) {
    request.reason = 'the body must be application/json, got an invalid Content-Type'
  }
  if (status >= 500 && !isOnPurpose) {
    // The thrown value may not be an error. In a test runner it may be an error from another realm.
    request.log.error({ err: { message: request.reason, stack: inspect(given) } }, request.reason)
    request.reason = 'the simulator failed on this request; its log says why'
  }
  reply.code(status)
  if (!isControlPath(request.url)) {
    reply.send({ description: request.reason })
    return
  }
  const detail = request.reason
  const { problems: single = [], members = {} } = error instanceof Refusal ? error : {}
  const problems = single.length > 0 ? single.map(printable) : [detail]
  reply.type(problemType).serializer(JSON.stringify)
    .send({ type: 'about:blank', title: STATUS_CODES[status], status, detail, problems, ...members })
}

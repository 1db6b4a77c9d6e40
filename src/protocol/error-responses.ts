import Type from 'typebox'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { ref, strictObject, assumed, observed } from '../schema/primitives.ts'
import { largestBody, needless, takesNoBody } from './body.ts'
import { isControlPath } from './base-paths.ts'
import { sendProblem } from './problem.ts'
import { Refusal } from './refusal.ts'

/** The body of every error answer. */
export const ErrorSchema = strictObject({
  description: Type.String({ description: 'What is wrong, where, and what was expected' })
}, {
  $id: 'Error',
  description: 'The body of every answer that is not a success',
  'x-evidence': observed('programs in use look for this key; the statuses and the texts are assumed')
})

const meanings = {
  400: 'The request is not valid; the description names every problem',
  401: 'The credentials are wrong, or missing where they are required; the header WWW-Authenticate says which are expected',
  403: 'The caller has the role monitor, which may only read',
  404: 'No such record',
  413: `The body is larger than ${largestBody} bytes`,
  415: 'The body is not JSON'
}

const anyServers = {
  429: 'There were too many requests',
  500: 'The server failed',
  503: 'The server is not available'
}

/** The error answers of an operation, for its response schemas: those that it gives, and those that any may be told to give. */
export function errorAnswers (...statuses: Array<keyof typeof meanings>) {
  const own = statuses.map(status => [status, errorAnswer(meanings[status])])
  const any = Object.entries(anyServers).map(([status, meaning]) => [status, { ...errorAnswer(meaning), 'x-evidence': onDemand }])
  return Object.fromEntries([...own, ...any])
}

const onDemand = assumed('any server may answer so; the simulator does when a tester asks for it')

function errorAnswer (description: string) {
  return { description, content: { 'application/json': { schema: ref(ErrorSchema) } } }
}

/** Answers any thrown error as OVOC does, on the simulator's own paths as a problem. What was not refused on purpose is logged, and says nothing of the inside. */
export function answerError (given: FastifyError | Refusal, request: FastifyRequest, reply: FastifyReply): void {
  const error = isOfBody(given) && takesNoBody(request) ? needless : given
  const status = error.statusCode ?? 500
  if (error instanceof Refusal) reply.headers(error.headers)
  else if (status >= 500) request.log.error(error)
  request.reason = describe(error, status)
  if (isControlPath(request.url)) sendProblem(reply, status, request.reason, error)
  else reply.code(status).send({ description: request.reason })
}

// Length and type of a body are looked at before it is known that there is none to be.
function isOfBody ({ statusCode }: FastifyError | Refusal): boolean {
  return statusCode === 413 || statusCode === 415
}

function describe (error: FastifyError | Refusal, status: number): string {
  if (status === 413) return `the body is larger than ${largestBody} bytes`
  if (status === 415) return error instanceof Refusal ? error.message : 'the body must be application/json, got a Content-Type that is none'
  return status < 500 || error instanceof Refusal ? error.message : 'the simulator failed on this request; its log says why'
}

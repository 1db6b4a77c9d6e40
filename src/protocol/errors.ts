import Type from 'typebox'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { ref, strictObject } from '../schema/primitives.ts'
import { observed } from '../schema/evidence.ts'
import { largestBody } from './body.ts'
import { isControlPath } from './doors.ts'
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
  400: 'The request is not valid; the description names every fault',
  401: 'The credentials are wrong, or missing where they are required; the header WWW-Authenticate says which are expected',
  403: 'The caller has the role monitor, which may only read',
  404: 'No such record',
  413: `The body is larger than ${largestBody} bytes`,
  415: 'The body is not JSON'
}

/** The error answers of an operation, for its response schemas. */
export function errorAnswers (...statuses: Array<keyof typeof meanings>) {
  return Object.fromEntries(statuses.map(status => [status, {
    description: meanings[status],
    content: { 'application/json': { schema: ref(ErrorSchema) } }
  }]))
}

/** Answers any thrown error as OVOC does, on the simulator's own paths as a problem. What was not refused on purpose is logged, and says nothing of the inside. */
export function answerError (error: FastifyError | Refusal, request: FastifyRequest, reply: FastifyReply): void {
  const status = error.statusCode ?? 500
  if (error instanceof Refusal) reply.headers(error.headers)
  else if (status >= 500) request.log.error(error)
  request.fault = describe(error, status)
  if (isControlPath(request.url)) sendProblem(reply, status, request.fault, error)
  else reply.code(status).send({ description: request.fault })
}

function describe (error: FastifyError | Refusal, status: number): string {
  if (status === 413) return `the body is larger than ${largestBody} bytes`
  if (status === 415) return error instanceof Refusal ? error.message : 'the body must be application/json, got a Content-Type that is none'
  return status < 500 || error instanceof Refusal ? error.message : 'the simulator failed on this request; its log says why'
}

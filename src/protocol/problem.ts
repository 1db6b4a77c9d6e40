import { STATUS_CODES } from 'node:http'
import * as Type from 'typebox'
import type { FastifyReply } from 'fastify'
import { printable } from '../schema/quote.ts'
import { Refusal } from './refusal.ts'

/** The media type of RFC 9457, in which the simulator's own paths say what is wrong. */
export const problemType = 'application/problem+json'

/** What the simulator's own paths answer when they refuse. */
export const ProblemSchema = Type.Object({
  type: Type.Literal('about:blank'),
  title: Type.String({ description: 'The meaning of the status' }),
  status: Type.Integer(),
  detail: Type.String({ description: 'What is wrong, where, and what was expected' }),
  problems: Type.Array(Type.String(), { description: 'Every problem, a sentence each' })
}, { $id: 'Problem', description: 'The body of every answer that is not a success, as RFC 9457 has it' })

/** A refusal by one of the simulator's own paths, with more to say than a sentence. */
export class Problem extends Refusal {
  /** Further members of the answer. */
  readonly members: object

  constructor (statusCode: number, description: string, members: object) {
    super(statusCode, description)
    this.members = members
  }
}

/** The refusals of an operation of the simulator's own, for its response schemas. */
export function problemAnswers (...statuses: number[]) {
  return Object.fromEntries(statuses.map(status => [status, {
    description: STATUS_CODES[status] as string,
    content: { [problemType]: { schema: { $ref: 'Problem#' } } }
  }]))
}

/** Answers an error of one of the simulator's own paths. */
export function sendProblem (reply: FastifyReply, status: number, detail: string, error: Error): void {
  const problems = error instanceof Refusal && error.problems.length > 0 ? error.problems.map(printable) : [detail]
  const members = error instanceof Problem ? error.members : {}
  reply.code(status).type(problemType).serializer(JSON.stringify)
    .send({ type: 'about:blank', title: STATUS_CODES[status], status, detail, problems, ...members })
}

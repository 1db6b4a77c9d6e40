import { STATUS_CODES } from 'node:http'
import * as Type from 'typebox'

/** The media type of RFC 9457. Errors of the simulator's own paths have it. */
export const problemType = 'application/problem+json'

/** The error body of the simulator's own paths. */
export const ProblemSchema = Type.Object({
  type: Type.Literal('about:blank'),
  title: Type.String({ description: 'The meaning of the status' }),
  status: Type.Integer(),
  detail: Type.String({ description: 'What is wrong, where, and what was expected' }),
  problems: Type.Array(Type.String(), { description: 'Every problem in a sentence' })
}, { $id: 'Problem', description: 'The body of every error response, in the format of RFC 9457' })

/** Returns the response schemas for the errors of a control operation. */
export function problemResponses (...statuses: number[]) {
  return Object.fromEntries(statuses.map(status => [status, {
    description: STATUS_CODES[status] as string,
    content: { [problemType]: { schema: { $ref: 'Problem#' } } }
  }]))
}

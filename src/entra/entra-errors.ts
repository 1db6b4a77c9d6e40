import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { basicChallenge, isBasic } from '../protocol/credentials.ts'
import { answerError } from '../protocol/error-responses.ts'
import { quote } from '../schema/quote.ts'

/**
 * Status and error for each code.
 * Source: Microsoft, "Microsoft Entra authentication and authorization error codes".
 */
const kinds = {
  70003: { status: 400, error: 'unsupported_grant_type' },
  70011: { status: 400, error: 'invalid_scope' },
  500011: { status: 400, error: 'invalid_resource' },
  700016: { status: 400, error: 'unauthorized_client' },
  900023: { status: 400, error: 'invalid_request' },
  900144: { status: 400, error: 'invalid_request' },
  900561: { status: 400, error: 'invalid_request' },
  1002012: { status: 400, error: 'invalid_scope' },
  7000215: { status: 401, error: 'invalid_client' },
  7000216: { status: 401, error: 'invalid_client' },
  9000411: { status: 400, error: 'invalid_request' },
  9002313: { status: 400, error: 'invalid_request' }
}

/** A refusal with the code that Entra has for it; the sentence is ours. */
export class EntraError extends Error {
  readonly code: keyof typeof kinds

  constructor (code: keyof typeof kinds, sentence: string) {
    super(`AADSTS${code}: ${sentence}`)
    this.code = code
  }
}

/** Entra reads only forms: with any other body it reports a missing parameter. The sentence says why. */
export function notAForm ({ headers }: FastifyRequest): EntraError {
  const type = headers['content-type']
  const got = type === undefined ? 'no Content-Type' : `Content-Type ${quote(type)}`
  const expected = 'a form, with Content-Type application/x-www-form-urlencoded'
  return new EntraError(900144, `the body must be ${expected}, got ${got}`)
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Answers as Entra does; the correlation id is the request's `client-request-id` if it has one. */
export function answerEntraError (
  thrown: FastifyError | EntraError, request: FastifyRequest, reply: FastifyReply
): void {
  // Fastify itself refuses what does not look like a media type at all.
  const error = 'statusCode' in thrown && thrown.statusCode === 415 ? notAForm(request) : thrown
  if (!(error instanceof EntraError)) return answerError(error, request, reply)

  request.reason = error.message
  const { status, error: kind } = kinds[error.code]
  // RFC 6749 section 5.2, for a client that has shown itself in the header.
  if (status === 401 && isBasic(request.headers.authorization)) reply.header('www-authenticate', basicChallenge)

  const { sandbox } = request
  const timestamp = sandbox.clock.now().toISOString().replace('T', ' ').replace(/\.\d+/, '')
  const traceId = sandbox.nextGuid()
  const asked = String(request.headers['client-request-id'])
  const correlationId = guid.test(asked) ? asked : sandbox.nextGuid()
  const ids = `Trace ID: ${traceId}\r\nCorrelation ID: ${correlationId}\r\nTimestamp: ${timestamp}`
  reply.code(status).send({
    error: kind,
    error_description: `${error.message}\r\n${ids}`,
    error_codes: [error.code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${error.code}`
  })
}

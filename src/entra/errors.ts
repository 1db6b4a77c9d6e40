import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { basicChallenge, isBasic } from '../protocol/credentials.ts'
import { answerError } from '../protocol/errors.ts'
import { quote } from '../schema/quote.ts'

/** What Entra answers for each of its codes. Source: Microsoft's "Microsoft Entra authentication and authorization error codes". */
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

/** What Entra, which reads nothing but forms, answers to any other body: that a parameter is missing. The sentence says why. */
export function notAForm ({ headers }: FastifyRequest): EntraError {
  const type = headers['content-type']
  const got = type === undefined ? 'no Content-Type' : `Content-Type ${quote(type)}`
  return new EntraError(900144, `the body must be a form, with Content-Type application/x-www-form-urlencoded, got ${got}`)
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Answers as Entra does, with the `client-request-id` of the request as the correlation id when there is one. */
export function answerEntraError (thrown: FastifyError | EntraError, request: FastifyRequest, reply: FastifyReply): void {
  const error = isUnreadableType(thrown) ? notAForm(request) : thrown
  if (!(error instanceof EntraError)) return answerError(error, request, reply)
  request.fault = error.message
  const asked = String(request.headers['client-request-id'])
  const facts = {
    timestamp: request.sandbox.clock.now().toISOString().replace('T', ' ').replace(/\.\d+/, ''),
    trace_id: request.sandbox.nextGuid(),
    correlation_id: guid.test(asked) ? asked : request.sandbox.nextGuid()
  }
  const { status } = kinds[error.code]
  // RFC 6749 section 5.2, for a client that has shown itself in the header.
  if (status === 401 && isBasic(request.headers.authorization)) reply.header('www-authenticate', basicChallenge)
  reply.code(status).send({
    error: kinds[error.code].error,
    error_description: `${error.message}\r\nTrace ID: ${facts.trace_id}\r\nCorrelation ID: ${facts.correlation_id}\r\nTimestamp: ${facts.timestamp}`,
    error_codes: [error.code],
    ...facts,
    error_uri: `https://login.microsoftonline.com/error?code=${error.code}`
  })
}

// Fastify itself refuses what does not look like a media type at all.
function isUnreadableType (error: FastifyError | EntraError): boolean {
  return 'statusCode' in error && error.statusCode === 415
}

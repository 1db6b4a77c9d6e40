import type { FastifyRequest, FastifyError, FastifyReply } from 'fastify'
import type { OvocApp } from '../protocol/operations.ts'
import { Refusal } from '../protocol/refusal.ts'
import type { Accounts } from '../schema/accounts.ts'
import { documented } from '../schema/primitives.ts'
import { answerTokenRequest, tenantUrlOf } from './token-request.ts'
import type { TenantRequest } from './token-request.ts'
import type { Tokens } from './tokens.ts'
import { basicChallenge, isBasic } from '../protocol/credentials.ts'
import { answerError } from '../protocol/error-responses.ts'
import { quote } from '../schema/quote.ts'

const authorizePath = '/oauth2/v2.0/authorize'
const tokenPath = '/oauth2/v2.0/token'
const keysPath = '/discovery/v2.0/keys'
const configurationPath = '/v2.0/.well-known/openid-configuration'

const clientCredentials = documented(
  'Microsoft, "OAuth 2.0 client credentials flow on the Microsoft identity platform"; the sentences of errors are ours'
)
const openIdConnect = documented('Microsoft, "OpenID Connect on the Microsoft identity platform"')
const signIn = { level: 'not simulated', source: 'people sign in there; the simulator gives tokens to programs only' }

/** What is simulated of Entra ID, what stands behind it, and which of the tests is of it. */
export const entraOperations = [
  { method: 'POST', path: `/{tenant}${tokenPath}`, evidence: clientCredentials, test: 'entra/token' },
  { method: 'GET', path: `/{tenant}${configurationPath}`, evidence: openIdConnect, test: 'entra/token' },
  { method: 'GET', path: `/{tenant}${keysPath}`, evidence: openIdConnect, test: 'entra/token' },
  { method: 'GET', path: `/{tenant}${authorizePath}`, evidence: signIn, test: 'entra/token' }
]

const hidden = { schema: { hide: true } }

/**
 * The part of Microsoft Entra ID that gives tokens to programs: token endpoint, keys and discovery.
 * Every tenant exists.
 */
export async function entraRoutes (app: OvocApp, tokens: Tokens, clients: Accounts): Promise<void> {
  await app.register(async scope => {
    scope.setErrorHandler(answerEntraError)

    // What is not a form stays a text, which is rejected where a form is needed.
    scope.removeAllContentTypeParsers()
    for (const type of ['application/x-www-form-urlencoded', '*']) {
      scope.addContentTypeParser(type, { parseAs: 'string' }, async (request: FastifyRequest, text: string) => {
        request.bodyText = text
        return type === '*' ? text : new URLSearchParams(text)
      })
    }

    scope.addHook('onRequest', async request => {
      const { tenant } = (request as TenantRequest).params
      if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(tenant)) return
      throw new EntraError(900023, `the tenant in the path must be a GUID or a domain, got '${tenant}'`)
    })

    scope.post(tokenPath, hidden, (request, reply) => {
      return answerTokenRequest(request as TenantRequest, reply, tokens, clients)
    })
    scope.route({
      method: ['GET', 'PUT', 'PATCH', 'DELETE'],
      url: tokenPath,
      ...hidden,
      handler ({ method }) { throw new EntraError(900561, `tokens are asked for with POST, got ${method}`) }
    })

    scope.get(configurationPath, hidden, request => configurationOf(tenantUrlOf(request as TenantRequest)))
    scope.get(keysPath, hidden, async request => {
      return { keys: [{ ...await tokens.publicJwk(), issuer: `${tenantUrlOf(request as TenantRequest)}/v2.0` }] }
    })

    scope.route({
      method: ['GET', 'POST'],
      url: authorizePath,
      ...hidden,
      handler () {
        const advice = 'POST grant_type=client_credentials to the token endpoint'
        throw new Refusal(501, `the simulator gives tokens to programs only: ${advice}`)
      }
    })
  }, { prefix: '/:tenant' })
}

// A client such as MSAL refuses a document without an authorization endpoint.
function configurationOf (tenantUrl: string): object {
  return {
    token_endpoint: `${tenantUrl}${tokenPath}`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    jwks_uri: `${tenantUrl}${keysPath}`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code'],
    grant_types_supported: ['client_credentials'],
    scopes_supported: ['openid'],
    issuer: `${tenantUrl}/v2.0`,
    authorization_endpoint: `${tenantUrl}${authorizePath}`
  }
}

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

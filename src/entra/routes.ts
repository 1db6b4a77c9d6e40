import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Accounts } from '../schema/accounts.ts'
import { sandboxPrefixOf } from '../protocol/doors.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { Refusal } from '../protocol/refusal.ts'
import { documented } from '../schema/evidence.ts'
import { EntraError, answerEntraError, notAForm } from './errors.ts'
import { readTokenRequest } from './token-request.ts'
import type { Tokens } from './tokens.ts'

type TenantRequest = FastifyRequest<{ Params: { tenant: string } }>

const hidden = { schema: { hide: true } }
const authorizePath = '/oauth2/v2.0/authorize'
const tokenPath = '/oauth2/v2.0/token'
const keysPath = '/discovery/v2.0/keys'
const configurationPath = '/v2.0/.well-known/openid-configuration'

const openIdConnect = documented('Microsoft, "OpenID Connect on the Microsoft identity platform"')

/** What is simulated of Entra ID, what stands behind it, and which of the tests is of it. */
export const entraOperations = [
  { method: 'POST', path: `/{tenant}${tokenPath}`, evidence: documented('Microsoft, "OAuth 2.0 client credentials flow on the Microsoft identity platform"; the sentences of errors are ours'), test: 'entra/token' },
  { method: 'GET', path: `/{tenant}${configurationPath}`, evidence: openIdConnect, test: 'entra/token' },
  { method: 'GET', path: `/{tenant}${keysPath}`, evidence: openIdConnect, test: 'entra/token' },
  { method: 'GET', path: `/{tenant}${authorizePath}`, evidence: { level: 'not simulated', source: 'people sign in there; the simulator gives tokens to programs only' }, test: 'entra/token' }
]

/** The part of Microsoft Entra ID that gives tokens to programs: token endpoint, keys and discovery of each tenant. Any tenant will do. */
export async function entraRoutes (app: OvocApp, tokens: Tokens, clients: Accounts): Promise<void> {
  await app.register(async scope => {
    scope.setErrorHandler(answerEntraError)
    readForms(scope)
    scope.addHook('onRequest', checkTenant)
    scope.post(tokenPath, hidden, (request, reply) => answerToken(request as TenantRequest, reply, tokens, clients))
    scope.route({ method: ['GET', 'PUT', 'PATCH', 'DELETE'], url: tokenPath, ...hidden, handler: refuseMethod })
    scope.get(configurationPath, hidden, request => configurationOf(request as TenantRequest))
    scope.get(keysPath, hidden, async request => ({ keys: [{ ...await tokens.publicJwk(), issuer: issuerOf(request as TenantRequest) }] }))
    scope.route({ method: ['GET', 'POST'], url: authorizePath, ...hidden, handler: refusePeople })
  }, { prefix: '/:tenant' })
}

// What is not a form stays a text, which is rejected where a form is needed.
function readForms (scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  for (const type of ['application/x-www-form-urlencoded', '*']) {
    scope.addContentTypeParser(type, { parseAs: 'string' }, async (request: FastifyRequest, text: string) => {
      request.bodyText = text
      return type === '*' ? text : new URLSearchParams(text)
    })
  }
}

async function checkTenant (request: FastifyRequest): Promise<void> {
  const { tenant } = (request as TenantRequest).params
  if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(tenant)) return
  throw new EntraError(900023, `the tenant in the path must be a GUID or a domain, got '${tenant}'`)
}

async function answerToken (request: TenantRequest, reply: FastifyReply, tokens: Tokens, clients: Accounts): Promise<object> {
  const { tenant } = request.params
  const asked = readTokenRequest(formOf(request), request.headers.authorization, tenant, clients)
  const { sandbox } = request
  const token = await tokens.issue({ ...asked, tenant, origin: originOf(request), uti: sandbox.nextGuid() }, sandbox.clock.now())
  reply.headers({ 'cache-control': 'no-store, no-cache', pragma: 'no-cache' })
  return { token_type: 'Bearer', expires_in: tokens.lifetime, ext_expires_in: tokens.lifetime, access_token: token }
}

function formOf (request: FastifyRequest): URLSearchParams {
  const { body = new URLSearchParams() } = request
  if (body instanceof URLSearchParams) return body
  throw notAForm(request)
}

function refuseMethod ({ method }: FastifyRequest): never {
  throw new EntraError(900561, `tokens are asked for with POST, got ${method}`)
}

function refusePeople (): never {
  throw new Refusal(501, 'the simulator gives tokens to programs only: POST grant_type=client_credentials to the token endpoint')
}

function originOf ({ protocol, host, originalUrl }: FastifyRequest): string {
  return `${protocol}://${host}${sandboxPrefixOf(originalUrl)}`
}

function issuerOf (request: TenantRequest): string {
  return `${originOf(request)}/${request.params.tenant}/v2.0`
}

// A client such as MSAL refuses a document without an authorization endpoint.
function configurationOf (request: TenantRequest): object {
  const tenant = `${originOf(request)}/${request.params.tenant}`
  return {
    token_endpoint: `${tenant}${tokenPath}`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    jwks_uri: `${tenant}${keysPath}`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code'],
    grant_types_supported: ['client_credentials'],
    scopes_supported: ['openid'],
    issuer: issuerOf(request),
    authorization_endpoint: `${tenant}${authorizePath}`
  }
}

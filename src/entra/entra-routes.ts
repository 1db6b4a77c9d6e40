import type { FastifyRequest, FastifyError, FastifyReply } from 'fastify'
import { sandboxPrefixOf } from '../protocol/base-paths.ts'
import { basicChallenge, isBasic, readBasic } from '../protocol/credentials.ts'
import { maxFields } from '../protocol/body.ts'
import { sendError } from '../protocol/error-responses.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { Refusal } from '../protocol/refusal.ts'
import type { Accounts } from '../schema/accounts.ts'
import { guidOf } from '../schema/hash.ts'
import { documented } from '../schema/primitives.ts'
import { printable, quote } from '../schema/quote.ts'
import { inMarks } from './tokens.ts'
import type { Tokens } from './tokens.ts'

const authorizePath = '/oauth2/v2.0/authorize'
const tokenPath = '/oauth2/v2.0/token'
const keysPath = '/discovery/v2.0/keys'
const configurationPath = '/v2.0/.well-known/openid-configuration'

const clientCredentials = documented(
  'Microsoft, "OAuth 2.0 client credentials flow on the Microsoft identity platform"; the sentences of errors are ours'
)
const openIdConnect = documented('Microsoft, "OpenID Connect on the Microsoft identity platform"')
const signIn = { level: 'not simulated', source: 'people sign in there; the simulator gives tokens to programs only' }

/** The simulated operations of Entra ID, the evidence for each, and the test that covers it. */
export const entraOperations = [
  { method: 'POST', path: `/{tenant}${tokenPath}`, evidence: clientCredentials, test: 'entra/token' },
  { method: 'GET', path: `/{tenant}${configurationPath}`, evidence: openIdConnect, test: 'entra/token' },
  { method: 'GET', path: `/{tenant}${keysPath}`, evidence: openIdConnect, test: 'entra/token' },
  { method: 'GET', path: `/{tenant}${authorizePath}`, evidence: signIn, test: 'entra/token' }
]

/** How many characters a form may have. The longest token requests have a few thousand. */
const maxFormLength = 65_536

type TenantRequest = FastifyRequest<{ Params: { tenant: string } }>

/**
 * The part of Microsoft Entra ID that gives tokens to programs: token endpoint, keys and discovery. Every tenant
 * exists.
 * @param isOpen whether every caller may open sandboxes. Otherwise only a caller with a client's secret may.
 */
export async function entraRoutes (app: OvocApp, tokens: Tokens, clients: Accounts, isOpen: boolean): Promise<void> {
  const sandboxUse: 'open' | 'none' = isOpen ? 'open' : 'none'
  const hidden = { schema: { hide: true }, config: { sandboxUse } }
  await app.register(async scope => {
    scope.setErrorHandler(sendEntraError)

    // A body that is not a form stays a text. A route that needs a form rejects it.
    scope.removeAllContentTypeParsers()
    for (const type of ['application/x-www-form-urlencoded', '*']) {
      scope.addContentTypeParser(type, { parseAs: 'string' }, async (request: FastifyRequest, text: string) => {
        request.bodyText = text
        if (type === '*') return text
        // It is measured first, because parsing takes long.
        let excess = text.length > maxFormLength ? `${maxFormLength} characters, got ${text.length}` : ''
        const count = excess === '' ? text.split('&').length : 0
        if (count > maxFields) excess = `${maxFields} parameters, got ${count}`
        if (excess !== '') {
          request.bodyProblem = new EntraError(9002313, `the form must have at most ${excess}`)
          return undefined
        }
        const form = new URLSearchParams(text)
        const [client, secret] = pairInHeader(request) ?? [form.get('client_id'), form.get('client_secret')]
        const isShown = clients.roleOf(String(client), String(secret)) !== undefined
        if (isShown) request.isStranger = false
        return form
      })
    }

    scope.addHook('preValidation', async request => {
      const { tenant } = (request as TenantRequest).params
      if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(tenant)) return
      throw new EntraError(900023, `the tenant in the path must be a GUID or a domain, got ${inMarks(tenant)}`)
    })

    scope.post(tokenPath, hidden, (request, reply) => {
      return sendToken(request as TenantRequest, reply, tokens, clients)
    })
    scope.route({
      method: ['GET', 'PUT', 'PATCH', 'DELETE'],
      url: tokenPath,
      ...hidden,
      handler ({ method }) { throw new EntraError(900561, `token requests must use POST, got ${method}`) }
    })

    scope.get(configurationPath, hidden, request => {
      const tenantUrl = tenantUrlOf(request as TenantRequest)
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
        // Some clients, such as MSAL, reject a document without it.
        authorization_endpoint: `${tenantUrl}${authorizePath}`
      }
    })
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

/**
 * Returns the address of the tenant in the path, as the client called it. If proxies report that address, the report of
 * the proxy nearest to the client counts. A report that can't be part of an address is ignored. The issuer of tokens
 * uses this address too, so it always equals the one that discovery names to the same client.
 * Source: RFC 7239 for `Forwarded`; the other headers are customary.
 */
function tenantUrlOf ({ protocol, host, headers, originalUrl, params }: TenantRequest): string {
  const said = (name: string): string => String(headers[name] ?? '').split(',')[0] as string
  const standard = said('forwarded')
  const [, standardProto] = /(?:^|;)\s*proto="?([^";]*)/i.exec(standard) ?? []
  const [, standardHost] = /(?:^|;)\s*host="?([^";]*)/i.exec(standard) ?? []

  const [proto = protocol] = /^https?$/i.exec((standardProto ?? said('x-forwarded-proto')).trim()) ?? []
  const hostPattern = /^(?:[a-z0-9](?:[\w.-]*\w)?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i
  const [outerHost = host] = hostPattern.exec((standardHost ?? said('x-forwarded-host')).trim()) ?? []
  const [prefix = ''] = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+(?=\/?$)/.exec(said('x-forwarded-prefix').trim()) ?? []
  return `${proto.toLowerCase()}://${outerHost}${prefix}${sandboxPrefixOf(originalUrl)}/${params.tenant}`
}

/**
 * Responds to a request for a token by client credentials.
 * @throws {EntraError} for the first problem, in the order in which Entra checks.
 */
async function sendToken (
  request: TenantRequest, reply: FastifyReply, tokens: Tokens, clients: Accounts
): Promise<object> {
  const { params: { tenant }, body: form = new URLSearchParams(), sandbox } = request
  if (!(form instanceof URLSearchParams)) throw notAForm(request)
  const seen = new Set<string>()
  const repeated = [...form.keys()].find(name => seen.size === seen.add(name).size)
  if (repeated !== undefined) {
    throw new EntraError(9000411, `the form must have the parameter ${inMarks(repeated)} once only`)
  }

  const grantType = needed(form, 'grant_type')
  if (grantType !== 'client_credentials') {
    throw new EntraError(70003, `grant_type must be 'client_credentials', got ${inMarks(grantType)}`)
  }

  // The client and its secret are in a Basic header or in the form. RFC 6749 section 2.3 allows only one of them.
  // Entra's code for both is not public; this is its code for a malformed request.
  const [clientInHeader, secretInHeader] = pairInHeader(request) ?? []
  if (clientInHeader !== undefined) {
    if (form.has('client_secret')) {
      const places = "in the header Authorization or in the parameter 'client_secret', not in both"
      throw new EntraError(9002313, `the secret must be ${places}`)
    }
    const inForm = form.get('client_id') ?? clientInHeader
    if (inForm !== clientInHeader) {
      const expected = `be left out or be that of the header Authorization, ${inMarks(clientInHeader)}`
      throw new EntraError(9002313, `the parameter 'client_id' must ${expected}, got ${inMarks(inForm)}`)
    }
  }

  const client = clientInHeader ?? needed(form, 'client_id')
  if (!clients.has(client)) {
    const missing = `the tenant ${inMarks(tenant)} has no client with id ${inMarks(client)}`
    throw new EntraError(700016, `${missing}; the option --client adds one`)
  }
  const secret = secretInHeader ?? form.get('client_secret')
  if (!secret) {
    const places = "the parameter 'client_secret', or the header Authorization must have the id and the secret"
    throw new EntraError(7000216, `the form must have ${places}`)
  }
  const role = clients.roleOf(client, secret)
  if (role === undefined) throw new EntraError(7000215, `the secret is not that of the client ${inMarks(client)}`)

  // A caller that has shown a secret may open a sandbox.
  request.entered = request.server.sandboxes.open(sandbox.name)

  // The scope names the application that the token is for.
  const scope = needed(form, 'scope')
  if (/\s/.test(scope)) throw new EntraError(70011, `scope must be one scope, got ${inMarks(scope)}`)
  const [, audience] = /^(.+)\/\.default$/.exec(scope) ?? []
  if (audience === undefined) {
    const expected = 'scope must be the identifier of an application, then /.default'
    throw new EntraError(1002012, `${expected}, got ${inMarks(scope)}`)
  }
  if (!tokens.knows(audience)) {
    const missing = `the tenant ${inMarks(tenant)} has no application with the identifier ${inMarks(audience)}`
    throw new EntraError(500011, `${missing}; this server accepts ${tokens.acceptedAudiences}`)
  }

  // Source: Microsoft's "Access token claims reference", version 2.0; `appid` is the name of `azp` in version 1.0.
  const issued = Math.floor(request.sandbox.clock.now().getTime() / 1000)
  const principal = guidOf(`${tenant}/${client}`)
  const token = await tokens.sign({
    aud: audience,
    iss: `${tenantUrlOf(request)}/v2.0`,
    iat: issued,
    nbf: issued,
    exp: issued + tokens.lifetime,
    azp: client,
    appid: client,
    azpacr: '1',
    oid: principal,
    roles: [role],
    sub: principal,
    tid: tenant,
    uti: request.sandbox.nextGuid(),
    ver: '2.0'
  })
  reply.headers({ 'cache-control': 'no-store, no-cache', pragma: 'no-cache' })
  return { token_type: 'Bearer', expires_in: tokens.lifetime, ext_expires_in: tokens.lifetime, access_token: token }
}

/** Returns the client and the secret from a Basic header. */
function pairInHeader ({ headers: { authorization = '' } }: FastifyRequest): string[] | undefined {
  const pair = isBasic(authorization) ? readBasic(authorization.slice(6).trim()) : undefined
  return pair?.map(part => {
    // RFC 6749 section 2.3.1 requires both parts to be form-encoded first. A part that is not is used as it is.
    try {
      return decodeURIComponent(part.replaceAll('+', ' '))
    } catch {
      return part
    }
  })
}

function needed (form: URLSearchParams, name: string): string {
  const value = form.get(name)
  if (value) return value
  throw new EntraError(900144, `the form must have the parameter '${name}'`)
}

/**
 * Status and error by code.
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

/** An error with Entra's code. The sentence is ours. */
class EntraError extends Error {
  readonly code: keyof typeof kinds

  constructor (code: keyof typeof kinds, sentence: string) {
    super(`AADSTS${code}: ${sentence}`)
    this.code = code
  }
}

/** Entra reads only forms. It reports any other body as a missing parameter; our sentence says why. */
function notAForm ({ headers }: FastifyRequest): EntraError {
  const type = headers['content-type']
  const got = type === undefined ? 'no Content-Type' : `Content-Type ${quote(type)}`
  const expected = 'a form, with Content-Type application/x-www-form-urlencoded'
  return new EntraError(900144, `the body must be ${expected}, got ${got}`)
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Responds with an error in Entra's format. The correlation id is the request's `client-request-id`, if it has one. */
function sendEntraError (
  thrown: FastifyError | EntraError, request: FastifyRequest, reply: FastifyReply
): void {
  // Fastify itself rejects a Content-Type that is not a media type.
  const error = 'statusCode' in thrown && thrown.statusCode === 415 ? notAForm(request) : thrown
  if (!(error instanceof EntraError)) return sendError(error, request, reply)

  request.reason = printable(error.message)
  const { status, error: kind } = kinds[error.code]
  // RFC 6749 section 5.2 requires this for a client that used the header.
  if (status === 401 && isBasic(request.headers.authorization)) reply.header('www-authenticate', basicChallenge)

  const { sandbox } = request
  const timestamp = sandbox.clock.now().toISOString().replace('T', ' ').replace(/\.\d+/, '')
  // These ids do not come from the sequence of token ids, so a failed request does not change later token ids.
  const idOf = (what: string) => guidOf(`${sandbox.dataset.seed}/${what}/${sandbox.journal.last}`)
  const traceId = idOf('trace')
  const asked = String(request.headers['client-request-id'])
  const correlationId = guid.test(asked) ? asked : idOf('correlation')
  const ids = `Trace ID: ${traceId}\r\nCorrelation ID: ${correlationId}\r\nTimestamp: ${timestamp}`
  reply.code(status).send({
    error: kind,
    error_description: `${request.reason}\r\n${ids}`,
    error_codes: [error.code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${error.code}`
  })
}

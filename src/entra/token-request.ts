import type { FastifyReply, FastifyRequest } from 'fastify'
import { isBasic, readBasic } from '../protocol/credentials.ts'
import { sandboxPrefixOf } from '../protocol/base-paths.ts'
import type { Accounts } from '../schema/accounts.ts'
import { cutName } from '../schema/describe-problems.ts'
import { EntraError, notAForm } from './entra-routes.ts'
import type { Tokens } from './tokens.ts'

export type TenantRequest = FastifyRequest<{ Params: { tenant: string } }>

/** The address of the tenant in the path, as the client called it. */
export function tenantUrlOf ({ protocol, host, originalUrl, params }: TenantRequest): string {
  return `${protocol}://${host}${sandboxPrefixOf(originalUrl)}/${params.tenant}`
}

/**
 * Answers a request for a token by client credentials.
 * @throws {EntraError} for the first problem, in the order in which Entra looks.
 */
export async function answerTokenRequest (
  request: TenantRequest, reply: FastifyReply, tokens: Tokens, clients: Accounts
): Promise<object> {
  const { params: { tenant }, body: form = new URLSearchParams(), headers: { authorization = '' }, sandbox } = request
  if (!(form instanceof URLSearchParams)) throw notAForm(request)
  const seen = new Set<string>()
  const repeated = [...form.keys()].find(name => seen.size === seen.add(name).size)
  if (repeated !== undefined) {
    throw new EntraError(9000411, `the form must have the parameter '${cutName(repeated)}' once only`)
  }

  const grantType = needed(form, 'grant_type')
  if (grantType !== 'client_credentials') {
    throw new EntraError(70003, `grant_type must be 'client_credentials', got '${grantType}'`)
  }

  // The client and its secret are in a Basic header or in the form, but RFC 6749 section 2.3 allows only one of them.
  // Which code Entra has for both is not public; this is its code for a malformed request.
  const [clientInHeader, secretInHeader] = readHeader(authorization)
  if (clientInHeader !== undefined) {
    if (form.has('client_secret')) {
      const places = "in the header Authorization or in the parameter 'client_secret', not in both"
      throw new EntraError(9002313, `the secret must be ${places}`)
    }
    const inForm = form.get('client_id') ?? clientInHeader
    if (inForm !== clientInHeader) {
      const expected = `be left out or be that of the header Authorization, '${clientInHeader}'`
      throw new EntraError(9002313, `the parameter 'client_id' must ${expected}, got '${inForm}'`)
    }
  }

  const client = clientInHeader ?? needed(form, 'client_id')
  if (!clients.has(client)) {
    const missing = `the tenant '${tenant}' has no client with id '${client}'`
    throw new EntraError(700016, `${missing}; the option --client adds one`)
  }
  const secret = secretInHeader ?? form.get('client_secret')
  if (!secret) {
    const places = "the parameter 'client_secret', or the header Authorization the id and the secret"
    throw new EntraError(7000216, `the form must have ${places}`)
  }
  const role = clients.roleOf(client, secret)
  if (role === undefined) throw new EntraError(7000215, `the secret is not that of the client '${client}'`)

  // The scope says what the token is for.
  const scope = needed(form, 'scope')
  if (/\s/.test(scope)) throw new EntraError(70011, `scope must be one scope, got '${scope}'`)
  const [, audience] = /^(.+)\/\.default$/.exec(scope) ?? []
  if (audience === undefined) {
    throw new EntraError(1002012, `scope must be the identifier of an application, then /.default, got '${scope}'`)
  }
  if (!tokens.knows(audience)) {
    const missing = `the tenant '${tenant}' has no application with the identifier '${audience}'`
    throw new EntraError(500011, `${missing}; accepted is ${tokens.acceptedAudiences}`)
  }

  const grant = { client, role, audience, tenant, issuer: `${tenantUrlOf(request)}/v2.0`, uti: sandbox.nextGuid() }
  const token = await tokens.issue(grant, sandbox.clock.now())
  reply.headers({ 'cache-control': 'no-store, no-cache', pragma: 'no-cache' })
  return { token_type: 'Bearer', expires_in: tokens.lifetime, ext_expires_in: tokens.lifetime, access_token: token }
}

function needed (form: URLSearchParams, name: string): string {
  const value = form.get(name)
  if (value) return value
  throw new EntraError(900144, `the form must have the parameter '${name}'`)
}

// RFC 6749 section 2.3.1 has both parts form-encoded first; what is not is taken as it is.
function readHeader (authorization: string): string[] {
  const pair = isBasic(authorization) ? readBasic(authorization.slice(6).trim()) : undefined
  return (pair ?? []).map(part => {
    try {
      return decodeURIComponent(part.replaceAll('+', ' '))
    } catch {
      return part
    }
  })
}

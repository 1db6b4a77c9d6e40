import type { Accounts, Role } from '../protocol/accounts.ts'
import { readBasic } from '../protocol/credentials.ts'
import { EntraError } from './errors.ts'

/** Who asks for a token, and for what. */
export interface TokenRequest { client: string, role: Role, audience: string }

/**
 * Reads a client-credentials request, with the secret in the form or in a Basic header.
 * @throws {EntraError} for the first fault, in the order in which Entra looks.
 */
export function readTokenRequest (form: URLSearchParams, authorization: string | undefined, tenant: string, clients: Accounts): TokenRequest {
  checkGrantType(needed(form, 'grant_type'))
  const [header, secretInHeader] = readHeader(authorization)
  const client = header ?? needed(form, 'client_id')
  if (!clients.has(client)) throw new EntraError(700016, unknownClient(client, tenant))
  const role = roleOf(client, secretInHeader ?? form.get('client_secret'), clients)
  return { client, role, audience: readAudience(needed(form, 'scope')) }
}

function needed (form: URLSearchParams, name: string): string {
  const value = form.get(name)
  if (value) return value
  throw new EntraError(900144, `The request body must contain the following parameter: '${name}'.`)
}

function checkGrantType (type: string): void {
  if (type !== 'client_credentials') throw new EntraError(70003, `The app requested an unsupported grant type '${type}'.`)
}

// RFC 6749 section 2.3.1 has both parts form-encoded first.
function readHeader (authorization = ''): string[] {
  const pair = /^basic /i.test(authorization) ? readBasic(authorization.slice(6).trim()) : undefined
  return (pair ?? []).map(decode)
}

function decode (part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '))
  } catch {
    return part
  }
}

function unknownClient (client: string, tenant: string): string {
  return `Application with identifier '${client}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`
}

function roleOf (client: string, secret: string | null, clients: Accounts): Role {
  if (!secret) throw new EntraError(7000216, "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.")
  const role = clients.roleOf(client, secret)
  if (role !== undefined) return role
  throw new EntraError(7000215, `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${client}'.`)
}

function readAudience (scope: string): string {
  if (/\s/.test(scope)) throw new EntraError(70011, `The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.`)
  const [, audience] = /^(.+)\/\.default$/.exec(scope) ?? []
  if (audience !== undefined) return audience
  throw new EntraError(1002012, `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`)
}

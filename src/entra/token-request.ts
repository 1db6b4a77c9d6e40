import type { Accounts, Role } from '../schema/accounts.ts'
import { isBasic, readBasic } from '../protocol/credentials.ts'
import { cutName } from '../schema/describe-faults.ts'
import { EntraError } from './errors.ts'

/** Who asks for a token, and for what. */
export interface TokenRequest { client: string, role: Role, audience: string }

/**
 * Reads a client-credentials request, with the secret in the form or in a Basic header.
 * @throws {EntraError} for the first fault, in the order in which Entra looks.
 */
export function readTokenRequest (form: URLSearchParams, authorization: string | undefined, tenant: string, clients: Accounts): TokenRequest {
  refuseRepeated(form)
  checkGrantType(needed(form, 'grant_type'))
  const [header, secretInHeader] = readHeader(authorization)
  if (header !== undefined) refuseSecondIdentity(form, header)
  const client = header ?? needed(form, 'client_id')
  if (!clients.has(client)) throw new EntraError(700016, `the tenant '${tenant}' has no client with id '${client}'; the option --client adds one`)
  const role = roleOf(client, secretInHeader ?? form.get('client_secret'), clients)
  return { client, role, audience: readAudience(needed(form, 'scope')) }
}

function refuseRepeated (form: URLSearchParams): void {
  const seen = new Set<string>()
  const repeated = [...form.keys()].find(name => seen.size === seen.add(name).size)
  if (repeated !== undefined) throw new EntraError(9000411, `the form must have the parameter '${cutName(repeated)}' once only`)
}

// RFC 6749 section 2.3: one way to say who one is in a request. Which code Entra has for two is not public; this is its code for a malformed request.
function refuseSecondIdentity (form: URLSearchParams, client: string): void {
  if (form.has('client_secret')) throw new EntraError(9002313, "the secret must be in the header Authorization or in the parameter 'client_secret', not in both")
  const other = form.get('client_id') ?? client
  if (other !== client) throw new EntraError(9002313, `the parameter 'client_id' must be left out or be that of the header Authorization, '${client}', got '${other}'`)
}

function needed (form: URLSearchParams, name: string): string {
  const value = form.get(name)
  if (value) return value
  throw new EntraError(900144, `the form must have the parameter '${name}'`)
}

function checkGrantType (type: string): void {
  if (type !== 'client_credentials') throw new EntraError(70003, `grant_type must be 'client_credentials', got '${type}'`)
}

// RFC 6749 section 2.3.1 has both parts form-encoded first.
function readHeader (authorization = ''): string[] {
  const pair = isBasic(authorization) ? readBasic(authorization.slice(6).trim()) : undefined
  return (pair ?? []).map(decode)
}

function decode (part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '))
  } catch {
    return part
  }
}

function roleOf (client: string, secret: string | null, clients: Accounts): Role {
  if (!secret) throw new EntraError(7000216, "the form must have the parameter 'client_secret', or the header Authorization the id and the secret")
  const role = clients.roleOf(client, secret)
  if (role !== undefined) return role
  throw new EntraError(7000215, `the secret is not that of the client '${client}'`)
}

function readAudience (scope: string): string {
  if (/\s/.test(scope)) throw new EntraError(70011, `scope must be one scope, got '${scope}'`)
  const [, audience] = /^(.+)\/\.default$/.exec(scope) ?? []
  if (audience !== undefined) return audience
  throw new EntraError(1002012, `scope must be the identifier of an application, then /.default, got '${scope}'`)
}

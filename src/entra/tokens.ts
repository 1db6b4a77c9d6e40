import type { JWK } from 'jose'
import type { Role } from '../protocol/accounts.ts'
import { guidOf } from '../schema/guid.ts'
import { EntraError } from './errors.ts'
import { SigningKey } from './signing-key.ts'

/** What a client was granted, and by whom. */
export interface Grant {
  client: string
  role: Role
  audience: string
  tenant: string
  /** Where the token endpoint was called, such as `http://127.0.0.1:4010`. */
  origin: string
  /** What no other token has. */
  uti: string
}

type Claims = ReturnType<typeof claimsOf>

const mostRemembered = 100
const usualAudience = /^(?:api:\/\/.+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i

/** The access tokens of one server: what it signs, and what it accepts. */
export class Tokens {
  /** Seconds that a token is valid. */
  readonly lifetime: number
  readonly #audiences: readonly string[]
  readonly #key = new SigningKey()
  // A repeated token costs no second check of its signature.
  readonly #verified = new Map<string, Claims>()

  constructor ({ tokenLifetime, audience }: { tokenLifetime: number, audience: readonly string[] }) {
    this.lifetime = tokenLifetime
    this.#audiences = audience
  }

  /** @throws {EntraError} for an audience that no door would accept. */
  async issue (grant: Grant, now: Date): Promise<string> {
    this.#checkAudience(grant)
    return this.#key.sign(claimsOf(grant, seconds(now), this.lifetime))
  }

  publicJwk (): Promise<JWK> {
    return this.#key.publicJwk()
  }

  /**
   * Says what the bearer may do, or what is wrong. The issuer does not count: a server has many addresses, but one key,
   * with which it signs for no audience that it does not accept.
   */
  async check (token: string, now: Date): Promise<{ role: Role } | { fault: string }> {
    const known = this.#verified.get(token) ?? await this.#verify(token)
    if ('fault' in known) return known
    const fault = timeFault(known, seconds(now))
    return fault === undefined ? { role: known.roles[0] } : { fault }
  }

  async #verify (token: string): Promise<Claims | { fault: string }> {
    const result = await this.#key.verify(token)
    if ('fault' in result) return result
    const [oldest] = this.#verified.keys()
    if (this.#verified.size === mostRemembered) this.#verified.delete(oldest as string)
    this.#verified.set(token, result.claims as Claims)
    return result.claims as Claims
  }

  #checkAudience ({ audience, tenant }: Grant): void {
    const isAny = this.#audiences.length === 0
    if (isAny ? usualAudience.test(audience) : this.#audiences.includes(audience)) return
    const known = isAny ? 'any api://… and any GUID' : this.#audiences.map(name => `'${name}'`).join(', ')
    throw new EntraError(500011, `the tenant '${tenant}' has no application with the identifier '${audience}'; known is ${known}`)
  }
}

function timeFault ({ nbf, exp }: Claims, now: number): string | undefined {
  if (now >= exp) return `the token expired at ${instant(exp)}`
  return now < nbf ? `the token is not valid before ${instant(nbf)}` : undefined
}

/** Source: Microsoft's "Access token claims reference", version 2.0; `appid` is the name of `azp` in version 1.0. */
function claimsOf ({ client, role, audience, tenant, origin, uti }: Grant, now: number, lifetime: number) {
  const principal = guidOf(`${tenant}/${client}`)
  return {
    aud: audience,
    iss: `${origin}/${tenant}/v2.0`,
    iat: now,
    nbf: now,
    exp: now + lifetime,
    azp: client,
    appid: client,
    azpacr: '1',
    oid: principal,
    roles: [role] as const,
    sub: principal,
    tid: tenant,
    uti,
    ver: '2.0'
  }
}

function seconds (instant: Date): number {
  return Math.floor(instant.getTime() / 1000)
}

function instant (seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}

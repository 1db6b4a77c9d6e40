import type { KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import { LRUCache } from 'lru-cache'
import type { Role } from '../schema/accounts.ts'
import { guidOf } from '../schema/guid.ts'
import { Audiences } from './audiences.ts'
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

interface TokenOptions {
  tokenLifetime: number
  audience: readonly string[]
}

/** The access tokens of one server: what it signs, and what it accepts. */
export class Tokens {
  /** Seconds that a token is valid. */
  readonly lifetime: number
  readonly #audiences: Audiences
  readonly #key: SigningKey
  // A repeated token costs no second check of its signature.
  readonly #verified = new LRUCache<string, Claims>({ max: 100 })

  /** @param key the private key that signs; one is made at the first need without it. */
  constructor ({ tokenLifetime, audience }: TokenOptions, key: KeyObject | undefined) {
    this.lifetime = tokenLifetime
    this.#audiences = new Audiences(audience)
    this.#key = new SigningKey(key)
  }

  /** @throws {EntraError} for an audience of which the tenant knows nothing. */
  async issue (grant: Grant, now: Date): Promise<string> {
    this.#checkAudience(grant)
    return this.#key.sign(claimsOf(grant, seconds(now), this.lifetime))
  }

  publicJwk (): Promise<JWK> {
    return this.#key.publicJwk()
  }

  /** Says what the bearer may do, or what is wrong. The issuer does not count: a server has many addresses, but one key. */
  async check (token: string, now: Date): Promise<{ role: Role } | { fault: string }> {
    const known = this.#verified.get(token) ?? await this.#verify(token)
    if ('fault' in known) return known
    const fault = timeFault(known, seconds(now))
    return fault === undefined ? { role: known.roles[0] } : { fault }
  }

  async #verify (token: string): Promise<Claims | { fault: string }> {
    const result = await this.#key.verify(token)
    if ('fault' in result) return result
    const claims = result.claims as Claims
    if (!this.#audiences.accepts(claims.aud)) return { fault: `the token is for '${claims.aud}', and accepted is ${this.#audiences.accepted}` }
    this.#verified.set(token, claims)
    return claims
  }

  #checkAudience ({ audience, tenant }: Grant): void {
    if (this.#audiences.knows(audience)) return
    throw new EntraError(500011, `the tenant '${tenant}' has no application with the identifier '${audience}'; accepted is ${this.#audiences.accepted}`)
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

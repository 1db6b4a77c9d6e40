import { createPublicKey, generateKeyPair } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { JWK } from 'jose'
import { LRUCache } from 'lru-cache'
import { isRole } from '../schema/accounts.ts'
import type { Role } from '../schema/accounts.ts'
import { quote } from '../schema/quote.ts'

interface TokenOptions { tokenLifetime: number, audience: readonly string[] }
interface Key { privateKey: KeyObject, publicKey: KeyObject, publicJwk: JWK }
interface Claims { nbf: number, exp: number, role: Role }

/** How many accepted tokens are remembered. The signature of a remembered token is not checked again. */
const maxRemembered = 100

/** The access tokens of one server: which it signs and which it accepts. */
export class Tokens {
  /** How many seconds a token is valid. */
  readonly lifetime: number
  /** The accepted audiences, as messages name them. */
  readonly acceptedAudiences: string
  readonly #audiences: readonly string[]
  readonly #givenKey: KeyObject | undefined
  #key: Promise<Key> | undefined
  readonly #verified = new LRUCache<string, Claims>({ max: maxRemembered })

  /** @param key the private key that signs. Without it, a key is generated when it is first needed. */
  constructor ({ tokenLifetime, audience }: TokenOptions, key: KeyObject | undefined) {
    this.lifetime = tokenLifetime
    this.#audiences = audience
    const named = audience.map(name => `'${name}'`).join(', ')
    this.acceptedAudiences = named || "any api://… and any GUID but Microsoft's own"
    this.#givenKey = key
  }

  /** Whether the tenants have an application of that name. This server may still reject tokens for it. */
  knows (audience: string): boolean {
    return this.#accepts(audience) || isMicrosofts(audience)
  }

  #accepts (audience: string): boolean {
    if (this.#audiences.length > 0) return this.#audiences.includes(audience)
    return usualAudience.test(audience) && !isMicrosofts(audience)
  }

  /** Returns a token with these claims. */
  async sign (claims: object): Promise<string> {
    const { CompactSign } = await import('jose')
    const { privateKey, publicJwk: { kid = '' } } = await this.#keyOnce()
    return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
      .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid })
      .sign(privateKey)
  }

  /** Returns the public key as a JSON Web Key. */
  async publicJwk (): Promise<JWK> {
    return (await this.#keyOnce()).publicJwk
  }

  /**
   * Returns the role of the token's bearer, or what is wrong. The issuer is ignored: a server has many addresses but
   * one key.
   */
  async check (token: string, now: Date): Promise<{ role: Role } | { problem: string }> {
    const claims = this.#verified.get(token) ?? await this.#verify(token)
    if ('problem' in claims) return claims
    const { nbf, exp, role } = claims
    if (seconds(now) >= exp) return { problem: `the token expired at ${instant(exp)}` }
    if (seconds(now) < nbf) return { problem: `the token is not valid before ${instant(nbf)}` }
    return { role }
  }

  async #verify (token: string): Promise<Claims | { problem: string }> {
    // The library skips characters that base64url does not have, so check them here.
    if (!/^[\w-]+(?:\.[\w-]+){2}$/.test(token)) return { problem: notSigned }
    const { compactVerify } = await import('jose')
    const { publicKey } = await this.#keyOnce()

    let claims: unknown
    try {
      const { payload } = await compactVerify(token, publicKey, { algorithms: ['RS256'] })
      claims = JSON.parse(new TextDecoder().decode(payload))
    } catch (error) {
      return { problem: meanings[(error as { code?: string }).code ?? ''] ?? notSigned }
    }

    // If the key comes from a file, others may sign tokens too.
    const { aud, nbf, exp, roles } = (claims ?? {}) as Partial<Record<string, unknown>>
    const isDated = Number.isFinite(nbf) && Number.isFinite(exp)
    if (typeof aud !== 'string' || !isDated || !Array.isArray(roles) || !isRole(roles[0])) {
      return { problem: 'the token must have the claims aud, nbf, exp and roles, as the tokens of this server have' }
    }
    if (!this.#accepts(aud)) {
      return { problem: `the token is for ${inMarks(aud)}, but this server accepts ${this.acceptedAudiences}` }
    }

    // Ignore all other claims: others may have made the token.
    const known = { nbf: nbf as number, exp: exp as number, role: roles[0] }
    this.#verified.set(token, known)
    return known
  }

  // Most servers never see a token, so the library and the key are loaded only for the first one.
  #keyOnce (): Promise<Key> {
    this.#key ??= completeKey(this.#givenKey)
    return this.#key
  }
}

async function completeKey (given: KeyObject | undefined): Promise<Key> {
  const { calculateJwkThumbprint } = await import('jose')
  const privateKey = given ?? (await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })).privateKey
  const publicKey = createPublicKey(privateKey)
  const { kty, n, e } = publicKey.export({ format: 'jwk' }) as JWK & { kty: string }
  const kid = await calculateJwkThumbprint({ kty, n, e })
  return { privateKey, publicKey, publicJwk: { kty, n, e, kid, use: 'sig', alg: 'RS256' } }
}

const notSigned = 'the token is not a signed JWT'

const meanings: Record<string, string | undefined> = {
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED:
    "the token is not signed with this server's key; the option token-key gives several servers the same one",
  ERR_JOSE_ALG_NOT_ALLOWED: 'the token is not signed with RS256'
}

const usualAudience = /^(?:api:\/\/.+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i

// Microsoft Graph and Azure's management, by name and by id. Every tenant has these applications.
// A client with a wrong scope therefore gets a token, and OVOC rejects it as meant for another application.
// Source: Microsoft, "Application IDs of commonly used Microsoft applications".
function isMicrosofts (audience: string): boolean {
  return [
    'https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000',
    'https://management.azure.com', '797f4846-ba00-4fd7-ba43-dac1f8f63013'
  ].includes(audience.toLowerCase())
}

function seconds (instant: Date): number {
  return Math.floor(instant.getTime() / 1000)
}

function instant (seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}

/** Quotes a text as Entra does in its messages. */
export function inMarks (text: string): string {
  return quote(text).replaceAll('"', "'")
}

import { createPublicKey, generateKeyPair } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { JWK } from 'jose'

interface Pair { privateKey: KeyObject, publicKey: KeyObject, publicJwk: JWK }

/** The RSA key of one server. Most servers never see a token, so it is made, and its library loaded, at the first need. */
export class SigningKey {
  readonly #given: KeyObject | undefined
  #pair: Promise<Pair> | undefined

  /** @param given the private key; one is made without it. */
  constructor (given: KeyObject | undefined) {
    this.#given = given
  }

  /** Signs claims as a JWT. */
  async sign (claims: object): Promise<string> {
    const { CompactSign } = await import('jose')
    const { privateKey, publicJwk: { kid } } = await this.#made()
    const payload = new TextEncoder().encode(JSON.stringify(claims))
    return new CompactSign(payload).setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: kid as string }).sign(privateKey)
  }

  /** The claims of a token, or why this key did not sign it. */
  async verify (token: string): Promise<{ claims: unknown } | { fault: string }> {
    if (!shape.test(token)) return { fault: notSigned }
    const { compactVerify } = await import('jose')
    const { publicKey } = await this.#made()
    return compactVerify(token, publicKey, { algorithms: ['RS256'] }).then(
      ({ payload }) => ({ claims: JSON.parse(new TextDecoder().decode(payload)) }),
      error => ({ fault: meanings[error.code] ?? notSigned })
    )
  }

  /** The public key as a JSON Web Key. */
  async publicJwk (): Promise<JWK> {
    return (await this.#made()).publicJwk
  }

  #made (): Promise<Pair> {
    this.#pair ??= pairOf(this.#given)
    return this.#pair
  }
}

// The library reads over letters that base64url does not have.
const shape = /^[\w-]+(?:\.[\w-]+){2}$/
const notSigned = 'the token is not a signed JWT'

const meanings: Record<string, string | undefined> = {
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED:
    "the token is not signed with this server's key; the option token-key gives several servers the same one",
  ERR_JOSE_ALG_NOT_ALLOWED: 'the token is not signed with RS256'
}

async function pairOf (given: KeyObject | undefined): Promise<Pair> {
  const { calculateJwkThumbprint } = await import('jose')
  const privateKey = given ?? (await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })).privateKey
  const publicKey = createPublicKey(privateKey)
  const { kty, n, e } = publicKey.export({ format: 'jwk' }) as JWK & { kty: string }
  const kid = await calculateJwkThumbprint({ kty, n, e })
  return { privateKey, publicKey, publicJwk: { kty, n, e, kid, use: 'sig', alg: 'RS256' } }
}

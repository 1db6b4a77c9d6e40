import type { CryptoKey, JWK } from 'jose'
import { rsaKeyOf } from './rsa-key-of.ts'

interface Pair { privateKey: CryptoKey, publicKey: CryptoKey, publicJwk: JWK }

/** An RSA key that follows from a text. It and the library for it are made at the first need, since most servers never see a token. */
export class SigningKey {
  readonly #text: string
  #pair: Promise<Pair> | undefined

  constructor (text: string) {
    this.#text = text
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
    this.#pair ??= makePair(this.#text)
    return this.#pair
  }
}

// The library reads over letters that base64url does not have.
const shape = /^[\w-]+(?:\.[\w-]+){2}$/
const notSigned = 'the token is not a signed JWT'

const meanings: Record<string, string | undefined> = {
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "the token is not signed with this server's key, which follows from its seed, users and clients",
  ERR_JOSE_ALG_NOT_ALLOWED: 'the token is not signed with RS256'
}

async function makePair (text: string): Promise<Pair> {
  const { calculateJwkThumbprint, importJWK } = await import('jose')
  const jwk = await rsaKeyOf(text)
  const { kty, n, e } = jwk
  const publicJwk = { kty, n, e, kid: await calculateJwkThumbprint(jwk), use: 'sig', alg: 'RS256' } as const
  return { privateKey: await importJWK(jwk, 'RS256') as CryptoKey, publicKey: await importJWK(publicJwk) as CryptoKey, publicJwk }
}

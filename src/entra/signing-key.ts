import type { CryptoKey, JWK } from 'jose'

interface Pair { privateKey: CryptoKey, publicKey: CryptoKey, kid: string, publicJwk: JWK }

/** The RSA key of one server. It and the library for it are made at the first need, since most servers never see a token. */
export class SigningKey {
  #pair: Promise<Pair> | undefined

  /** Signs claims as a JWT. */
  async sign (claims: object): Promise<string> {
    const { CompactSign } = await import('jose')
    const { privateKey, kid } = await this.#made()
    const payload = new TextEncoder().encode(JSON.stringify(claims))
    return new CompactSign(payload).setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid }).sign(privateKey)
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
    this.#pair ??= makePair()
    return this.#pair
  }
}

// The library reads over letters that base64url does not have.
const shape = /^[\w-]+(?:\.[\w-]+){2}$/
const notSigned = 'the token is not a signed JWT'

const meanings: Record<string, string | undefined> = {
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "the token is not signed with this server's key; each start makes another",
  ERR_JOSE_ALG_NOT_ALLOWED: 'the token is not signed with RS256'
}

async function makePair (): Promise<Pair> {
  const { calculateJwkThumbprint, exportJWK, generateKeyPair } = await import('jose')
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const jwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(jwk)
  return { privateKey, publicKey, kid, publicJwk: { ...jwk, kid, use: 'sig', alg: 'RS256' } }
}

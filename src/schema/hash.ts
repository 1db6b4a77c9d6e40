import { createHash, timingSafeEqual } from 'node:crypto'

/** A GUID that follows from a text alone. */
export function guidOf (text: string): string {
  const digits = createHash('sha256').update(text).digest('hex')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
}

/** A secret of which only the hash is kept. */
export class HashedSecret {
  readonly #hash: Buffer

  constructor (text: string) {
    this.#hash = createHash('sha256').update(text).digest()
  }

  /** Takes the same time whatever differs, so that the time tells nothing about the secret. */
  equals (other: HashedSecret): boolean {
    return timingSafeEqual(this.#hash, other.#hash)
  }
}

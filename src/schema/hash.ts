import { createHash, timingSafeEqual } from 'node:crypto'

/** Derives a GUID from a text: the same text always gives the same GUID. */
export function guidOf (text: string): string {
  const digits = createHash('sha256').update(text).digest('hex')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
}

/** Keeps only the hash of a secret. */
export class HashedSecret {
  readonly #hash: Buffer

  constructor (text: string) {
    this.#hash = createHash('sha256').update(text).digest()
  }

  /** Takes the same time wherever the two differ, so the time reveals nothing about the secret. */
  equals (other: HashedSecret): boolean {
    return timingSafeEqual(this.#hash, other.#hash)
  }
}

import { createHash } from 'node:crypto'

/** Derives a GUID from a text: the same text always gives the same GUID. */
export function guidOf (text: string): string {
  return guidFrom(hashOf(text))
}

/** Writes the first 16 bytes as a GUID. */
export function guidFrom (bytes: Buffer): string {
  const digits = bytes.toString('hex')
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-` +
    `${digits.slice(16, 20)}-${digits.slice(20, 32)}`
}

/**
 * Hashes a text. Of secrets only hashes are kept. `timingSafeEqual` compares them, so the time that it takes reveals
 * nothing.
 */
export function hashOf (text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

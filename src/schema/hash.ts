import { createHash } from 'node:crypto'

/** Derives a GUID from a text: the same text always gives the same GUID. */
export function guidOf (text: string): string {
  const digits = hashOf(text).toString('hex')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
}

/** Hashes a text. Of secrets only hashes are kept, and compared by `timingSafeEqual`: the time it takes reveals nothing. */
export function hashOf (text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

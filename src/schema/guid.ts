import { createHash } from 'node:crypto'

/** A GUID that follows from a text alone. */
export function guidOf (text: string): string {
  return createHash('sha256').update(text).digest('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
}

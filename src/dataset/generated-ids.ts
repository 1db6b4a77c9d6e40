/**
 * How far apart generated customers are in the id sequence. The ids between belong to what the customer brings along,
 * so that a related id is arithmetic on the record's own id.
 */
export const blockSize = 32

/** Generated ids begin at a multiple of this, above every fixture. A multiple of `blockSize`. */
export const firstBlock = 2 ** 20

/** The first id of a record's block: the id of the customer that it belongs to. */
export function blockOf (id: number): number {
  return id - id % blockSize
}

/**
 * How far apart generated customers are in the id sequence. The ids between belong to what the customer brings along,
 * so that a related id is arithmetic on the record's own id.
 */
export const blockSize = 32

/** Generated ids begin at a multiple of this, above every fixture. A multiple of `blockSize`. */
export const firstBlock = 2 ** 20

/** Whether an id is the first of a generated block, so that related records stand behind it. */
export function opensBlock (id: number): boolean {
  return id >= firstBlock && id % blockSize === 0
}

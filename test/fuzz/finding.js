/** What the server did that it must not do. */
export class Finding extends Error {
  /** The request that it was found with, if there was one. */
  request
  /** Its place in the whole run, from 0. */
  number

  /** Says which request it was, unless that is known already. */
  at (request, number) {
    this.request ??= request
    this.number ??= number
    return this
  }
}

/** @throws {Finding} unless something holds. */
export function expect (holds, message) {
  if (!holds) throw new Finding(typeof message === 'function' ? message() : message)
}

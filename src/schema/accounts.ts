import { timingSafeEqual } from 'node:crypto'
import { hashOf } from './hash.ts'

const roles = ['admin', 'operator', 'monitor'] as const

/** What a caller may do: a `monitor` may only read. Source: the operator roles in AudioCodes' documents. */
export type Role = typeof roles[number]

export function isRole (value: unknown): value is Role {
  return roles.some(role => role === value)
}

const written = /^([^:]+):(.+?)(?::(admin|operator|monitor))?$/s

interface Account { name: string, credentials: Buffer, role: Role }

/** The callers that are let in. Each is written as `name:secret` or `name:secret:role`; the default role is admin. */
export class Accounts {
  readonly #accounts: readonly Account[]

  constructor (texts: readonly string[]) {
    this.#accounts = texts.map(text => {
      const [, name, secret, role = 'admin'] = written.exec(text) as unknown as [string, string, string, Role?]
      return { name, credentials: hashed(name, secret), role }
    })
  }

  /** Compares with every account. It takes the same time whichever one matches, so the time reveals no name. */
  roleOf (name: string, secret: string): Role | undefined {
    const shown = hashed(name, secret)
    return this.#accounts.filter(({ credentials }) => timingSafeEqual(credentials, shown))[0]?.role
  }

  has (name: string): boolean {
    return this.#accounts.some(account => account.name === name)
  }
}

// A name contains no colon, so two different pairs of name and secret never make the same text.
function hashed (name: string, secret: string): Buffer {
  return hashOf(`${name}:${secret}`)
}

/** The schema keywords for an account. `secret` is what this option calls the secret. */
export function accountShape (name: string, secret: string) {
  return {
    pattern: `^[^:]+:([^:]+|.+:(${roles.join('|')}))$`,
    description: `${name}:${secret} or ${name}:${secret}:role (${roles.join(', ')})`,
    'x-secret': true
  }
}

/** Returns the name in an account's text. */
export function accountName (text: string): string {
  return text.slice(0, text.indexOf(':'))
}

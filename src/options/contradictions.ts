import type { Options } from './options.ts'
import { accountName } from '../schema/accounts.ts'
import { quote } from '../schema/quote.ts'

/** What is wrong with options that are right one by one. Options that a command does not have are left out. */
export function contradictions (options: Partial<Options>, spell: (name: string) => string): string[] {
  return [...tlsProblems(options, spell), ...twiceNamed('user', options, spell), ...twiceNamed('client', options, spell)]
}

function * tlsProblems ({ https, tlsCert = '', tlsKey = '' }: Partial<Options>, spell: (name: string) => string): Generator<string> {
  if (tlsCert && !tlsKey) yield `${spell('tlsCert')} must come with the certificate's private key, in the option tls-key`
  if (tlsKey && !tlsCert) yield `${spell('tlsKey')} must come with the key's certificate, in the option tls-cert`
  if (tlsCert && tlsKey && !https) yield `${spell('tlsCert')} has no effect without https`
}

function twiceNamed (option: 'user' | 'client', options: Partial<Options>, spell: (name: string) => string): string[] {
  const names = (options[option] ?? []).map(accountName)
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index))
  return [...repeated].map(name => `${spell(option)} must name each one once, got ${quote(name)} again`)
}

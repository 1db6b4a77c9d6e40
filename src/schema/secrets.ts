import { maxLevels } from './describe-problems.ts'

/** Shown in place of a secret. */
export const blank = '…'

/** A name that contains one of these parts holds a secret. */
const stems = new RegExp(
  'secret|passw|passphrase|passcode|passkey|userpass|pswd|pwd|token|credential|cookie|session|sessid|' +
  '(?:api|access|private|account|encryption|signing|shared)[-_]?key', 'i')

/** A name that has one of these words holds a secret. `key` and `code` count only as the last word of a longer name. */
const words = new Set([
  'pass', 'pw', 'psk', 'sid', 'auth', 'authorization', 'authentication', 'bearer', 'sig', 'signature', 'hmac', 'jwt',
  'pin', 'otp', 'totp', 'assertion', 'csrf', 'xsrf', 'cert', 'vault', 'verifier'
])
const lastWords = /^(?:key|code)$/

/** Whether a field, parameter or header of this name holds a secret. */
export function isSecret (given: string): boolean {
  // Drop invisible characters, and replace those that only look like others.
  const name = given.normalize('NFKC').replaceAll(/\p{Cf}/gu, '')
  if (stems.test(name)) return true
  const parts = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase().split(/[^a-z0-9]+/)
  const last = parts.at(-1) as string
  // `__code` sets a response status and holds no secret.
  return parts.some(part => words.has(part)) || (lastWords.test(last) && !name.startsWith('__'))
}

/** A name in a URL, form, header or JSON text, up to where its value begins. */
const letter = String.raw`[\p{L}\p{N}\p{Cf}_%.~+[\]-]`
const assignment = new RegExp(
  String.raw`(?<!${letter})(${letter}+)\\*(?:["']|%2[27])?\s*(?:[=:]|%3[AD])\s*`, 'giu')

/**
 * A text in double quotes as in JSON, up to the closing quote. It may be percent-encoded; then it ends with its
 * parameter. Alternatives that match the same text, or a search that goes further, would let a hostile text take hours.
 */
const behind = String.raw`\s*(?:%2C|%7D|%5D|[,}\])&]|$)`
const quoted = new RegExp(
  String.raw`"(?:[^"\\]|\\.)*(?="${behind})|%22(?:%5C[^&\r\n]{3}|(?!%22|%5C)[^&\r\n])*(?=%22${behind})`, 'gsy')
const rest = /[^&\r\n]*/gy

/** How many names are looked at in a text. Each takes a while, and a text with more is blanked whole. */
const maxNames = 1000

/** Credentials after the name of their scheme, anywhere in a text. */
const scheme = /\b(bearer|basic|negotiate|digest|ntlm) +(?=[\w.~+/=-]*(?:\d|[a-z][A-Z]|=))[\w.~+/=-]{4,}/gi

/** User and password in a URL, which may be a percent-encoded value of a query. */
const beforeHost = /((?::|%3A)(?:\/|%2F){2})[^/\s&?#]{0,300}(?:@|%40)/gi

/**
 * Blanks the secrets in a text:
 * - values with a telling name before them, as in a query or in JSON
 * - credentials after the name of their scheme
 * - user and password before the host of a URL, anywhere in a text
 *
 * If the end of a secret is unclear, the rest of its line is blanked. Further parameters of a query stay. A text with
 * very many names is blanked whole.
 */
export function blankText (text: string): string {
  // Most paths: nothing has a name or a scheme before it.
  if (!/[=:% ]/.test(text)) return text
  const found = []
  for (const { 0: all, 1: encoded = '', index } of text.matchAll(assignment)) {
    if (found.length === maxNames) return blank
    found.push({ name: decode(encoded), index, start: index + all.length })
  }
  // A form may split a pair, in any order: `name=password&value=…`.
  const isPair = found.some(({ name, start }) => {
    return /^(?:name|key)$/i.test(name) && isSecret(decode(text.slice(start, start + 200).replace(/[&\r\n].*/s, '')))
  })

  let shown = ''
  let from = 0
  for (const { name, index, start } of found) {
    if (index < from || !(isSecret(name) || (isPair && name === 'value'))) continue
    shown += text.slice(from, start) + blank
    from = endOfValue(text, start)
  }
  return (shown + text.slice(from)).replaceAll(scheme, `$1 ${blank}`).replaceAll(beforeHost, `$1${blank}@`)
}

/** Returns where a value ends: before its closing quote, or else at the next parameter or the end of the line. */
function endOfValue (text: string, start: number): number {
  quoted.lastIndex = rest.lastIndex = start
  if (quoted.test(text)) return quoted.lastIndex
  rest.test(text)
  return rest.lastIndex
}

/** Decodes a part of a form or query that has no &. What is wrongly encoded stays; an exception would take long. */
function decode (text: string): string {
  return /[%+]/.test(text) ? new URLSearchParams(`=${text}`).get('') as string : text
}

/** Blanks the secrets in a JSON value: everything below a key such as `password`, and secrets within its texts. */
export function blankValue (value: object, key?: string, depth?: number): Record<string, unknown>
export function blankValue (value: unknown, key?: string, depth?: number): unknown
export function blankValue (value: unknown, key = '', depth = 0): unknown {
  if (value === null || value === undefined) return value
  const isHidden = key !== '' && isSecret(key)
  if (typeof value !== 'object') {
    if (isHidden) return blank
    return typeof value === 'string' ? blankText(value) : value
  }
  // Reading deeper could overflow the engine's stack.
  if (depth === maxLevels) return blank
  // A name may be long, so check it once instead of for each item.
  const below = isHidden ? 'secret' : ''
  if (Array.isArray(value)) return value.map(item => blankValue(item, below, depth + 1))
  const isPair = isSecretValue(value, 'value')
  return Object.fromEntries(Object.entries(value).map(([name, item]) => {
    return [name, blankValue(item, isPair && name === 'value' ? 'secret' : below || name, depth + 1)]
  }))
}

/** Whether a field is the value of a pair that an object splits, as in `{"name": "password", "value": "…"}`. */
export function isSecretValue (object: object, field: string): boolean {
  if (field !== 'value' || !Object.hasOwn(object, field)) return false
  const { name, key = name } = object as Record<string, unknown>
  return typeof key === 'string' && isSecret(key)
}

/** Blanks the secrets in headers. If a secret header has several values, it shows none of them. */
export function blankHeaders (headers: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => {
    return [name, isSecret(name) ? blank : blankValue(value)]
  }))
}

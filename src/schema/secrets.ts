/** Replaces a secret. */
export const blank = '…'

/** Parts of names that hold a secret, however they are put together. */
const stems =
  /secret|passw|passphrase|passcode|pwd|token|credential|cookie|session|(?:api|access|private|account)[-_]?key/i

/** Words of names that hold a secret; `key` and `code` do only at the end of longer names. */
const words = new Set([
  'pass', 'pw', 'auth', 'authorization', 'authentication', 'bearer', 'sig', 'signature', 'jwt', 'pin', 'otp',
  'assertion', 'csrf', 'xsrf', 'cert', 'vault', 'verifier'
])
const lastWords = /^(?:key|code)$/

/** Whether what is called so is a secret: a field, a parameter or a header. */
export function isSecret (name: string): boolean {
  if (stems.test(name)) return true
  const parts = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase().split(/[^a-z0-9]+/)
  const last = parts.at(-1) as string
  // `__code` asks for a status.
  return parts.some(part => words.has(part)) || (lastWords.test(last) && !name.startsWith('__'))
}

/** The name of a value in a text such as a URL, a form or JSON, up to where the value begins. */
const assignment = /(?<![\w%.~+[\]-])([\w%.~+[\]-]{1,200})(?:=|%3D|"\s*:\s*)/gi

/**
 * A text with the secrets in it blanked that have a name before them, as in a query or in JSON, and the user and
 * password before a URL's host.
 */
export function blankText (text: string): string {
  let shown = ''
  let from = 0
  for (const { 0: all, 1: name = '', index } of text.matchAll(assignment)) {
    if (index < from || !isSecret(decode(name))) continue
    const start = index + all.length
    const [quoted] = /^(?:['"]|%2[27])/.exec(text.slice(start, start + 3)) ?? []
    const end = quoted === undefined ? text.slice(start).search(/[&;#\s]|$/) : text.indexOf(quoted, start + 1) - start
    shown += text.slice(from, start) + blank
    from = end < 0 ? text.length : start + end
  }
  return (shown + text.slice(from)).replace(/^(\w+:\/\/)[^/\s]*@/, `$1${blank}@`)
}

function decode (name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '))
  } catch {
    return name
  }
}

/** How deep a value is shown. Reading deeper could overflow the engine's stack. */
const deepest = 100

/** A JSON value without the secrets in it: all below a key such as `password`, and those in its texts. */
export function blankValue (value: object, key?: string, depth?: number): Record<string, unknown>
export function blankValue (value: unknown, key?: string, depth?: number): unknown
export function blankValue (value: unknown, key = '', depth = 0): unknown {
  if (value === null || value === undefined) return value
  const isHidden = isSecret(key)
  if (typeof value !== 'object') {
    if (isHidden) return blank
    return typeof value === 'string' ? blankText(value) : value
  }
  if (depth === deepest) return blank
  // A name may be long: it is looked at once, not for each item.
  const below = isHidden ? 'secret' : ''
  if (Array.isArray(value)) return value.map(item => blankValue(item, below, depth + 1))
  // Such as `{"name": "password", "value": "…"}`.
  const { name: label = '', key: otherLabel = label } = value as Record<string, unknown>
  const isPair = 'value' in value && typeof otherLabel === 'string' && isSecret(otherLabel)
  return Object.fromEntries(Object.entries(value).map(([name, item]) => {
    return [name, blankValue(item, isPair && name === 'value' ? 'secret' : below || name, depth + 1)]
  }))
}

/** Headers without the secrets in them; of one that has several values, none is shown. */
export function blankHeaders (headers: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => {
    return [name, isSecret(name) ? blank : blankValue(value)]
  }))
}

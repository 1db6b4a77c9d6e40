/** The names of fields, parameters and headers that hold a secret. */
const secretKey =
  /secret|passw|passphrase|pwd|token|api[-_]?key|credential|authorization|cookie|session|client_assertion/i

/** Replaces a secret. */
export const blank = '…'

/** How deep a value is shown. Reading deeper could overflow the engine's stack. */
const deepest = 100

/** A JSON value with the strings, numbers and booleans blanked that stand under a key such as `password`. */
export function blankValue (value: object, key?: string, depth?: number): Record<string, unknown>
export function blankValue (value: unknown, key?: string, depth?: number): unknown
export function blankValue (value: unknown, key = '', depth = 0): unknown {
  if (value === null || value === undefined) return value
  if (typeof value !== 'object') return secretKey.test(key) ? blank : value
  if (depth === deepest) return blank
  if (Array.isArray(value)) return value.map(item => blankValue(item, key, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([name, item]) => {
    return [name, blankValue(item, secretKey.test(key) ? key : name, depth + 1)]
  }))
}

/** Headers with those blanked that hold credentials. */
export function blankHeaders (headers: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, blankHeader(name, value)]))
}

/** The value of a header, blanked if it holds credentials. */
export function blankHeader (name: string, value: unknown): unknown {
  return secretKey.test(name) && value !== undefined ? blank : value
}

/** A URL with the values of secret parameters blanked, and the user and password before its host. */
export function blankUrl (url: string): string {
  const [path = '', ...queries] = url.split('?')
  const blanked = queries.map(query => query.split('&').map(pair => {
    const [name = '', value] = pair.split(/=(.*)/s)
    const [decoded = ''] = new URLSearchParams(`${name}=`).keys()
    return value !== undefined && secretKey.test(decoded) ? `${name}=${blank}` : pair
  }).join('&'))
  return [path.replace(/^(https?:\/\/)[^/]*@/i, `$1${blank}@`), ...blanked].join('?')
}

const secretHeaders = new Set(['authorization', 'cookie', 'proxy-authorization', 'set-cookie'])
const secretKey = /secret|password|token|client_assertion/i
const blank = '…'

/** How deep a value is shown; what lies deeper would end in the engine's limits. */
const deepest = 100

/** A JSON value with the strings blanked that stand under a key such as `password` or `access_token`. */
export function blankValue (value: unknown, key = '', depth = 0): unknown {
  if (typeof value === 'string') return secretKey.test(key) ? blank : value
  if (typeof value !== 'object' || value === null) return value
  if (depth === deepest) return blank
  if (Array.isArray(value)) return value.map(item => blankValue(item, key, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, blankValue(item, secretKey.test(key) ? key : name, depth + 1)]))
}

/** An object of such values. */
export function blankFields (fields: object): Record<string, unknown> {
  return blankValue(fields) as Record<string, unknown>
}

/** Headers with those blanked that hold credentials. */
export function blankHeaders (headers: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, blankHeader(name, value)]))
}

/** The value of a header, blanked if it holds credentials. */
export function blankHeader (name: string, value: unknown): unknown {
  return secretHeaders.has(name.toLowerCase()) && value !== undefined ? blank : value
}

/** A text that is no JSON, or not wholly, with what stands under such a key blanked. */
export function blankText (text: string): string {
  return text.replace(/("[^"\\]*"\s*:\s*")((?:[^"\\]|\\.)*)/gs, (whole, start) => secretKey.test(start) ? start + blank : whole)
}

/** A URL with the values of such parameters blanked, and the password of a whole one. */
export function blankUrl (url: string): string {
  const [path = '', ...query] = url.split('?')
  return [path.replace(/^(https?:\/\/)[^/]*@/i, `$1${blank}@`), ...query.map(blankQuery)].join('?')
}

function blankQuery (query: string): string {
  return query.split('&').map(pair => {
    const [name = '', value] = pair.split(/=(.*)/s)
    return value !== undefined && secretKey.test(decode(name)) ? `${name}=${blank}` : pair
  }).join('&')
}

function decode (text: string): string {
  return new URLSearchParams(`${text}=`).keys().next().value as string
}

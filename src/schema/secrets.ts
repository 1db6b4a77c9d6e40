import { maxLevels } from './describe-problems.ts'

// What the log and the journal hide: (1) which names are those of secrets, (2) how a text is decoded before it is
// judged, (3) which texts are hidden whole, (4) which values are hidden in URLs, headers and JSON. Every step takes
// linear time.
// `isSecret` judges the name of a field, `isName` a value that may name another one, `hides` a text, and
// `mentionsSecret` a text of no known form.

/** Shown in place of a secret. */
export const blank = '…'

// 1. The names of secrets have one of these parts or words, or they end in `key` or `code`. `__code` sets a response
// status and holds no secret, and neither do the others that are named here.
const parts = 'secret|passw|passphrase|passcode|passkey|userpass|pswd|pwd|token|credential|cookie|' +
  'session(?! border)|sessid|pincode|key[-_]?pem|' +
  '(?:api|access|private|account|encryption|signing|shared)[-_]?key'
const words = 'pass|pw|psk|sid|auth|oauth|xauth|authorization|authentication|bearer|sig|signature|hmac|jwt|' +
  'pin|otp|totp|assertion|csrf|xsrf|cert|vault|verifier|community'
const harmless = String.raw`\b__|(?:area|country|error|postal|reason|response|status|zip|foreign|primary|sort)[-_ ]`
const names = new RegExp(`${parts}|` + String.raw`(?<![\p{L}\d])(?:(?:${words})s?\d*(?![\p{L}\d])|` +
  String.raw`(?<!${harmless})(?:key|code)s?\d*(?![\p{L}\w-]))`, 'iu')

/** Whether a field, parameter or header of this name holds a secret. */
function isSecret (name: string): boolean {
  return someForm(name, hasName)
}

function hasName (text: string): boolean {
  return names.test(text.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2'))
}

// 2. A text can be written in many ways, so it is decoded until it stays the same.

/** How often a text is decoded. One that still changes then can't be judged. */
const maxRounds = 6

/** Control characters, as a text in UTF-16 has them. */
const unreadable = /(?![\t\n\r])\p{Cc}/u

/** Whether a text meets a condition, decoded or not. It also does if it can't be judged. */
function someForm (text: string, test: (form: string) => boolean): boolean {
  // Most texts have nothing to decode.
  if (/^[ !"#$'-<>-[\]-~]*$/.test(text)) return test(text)
  let form = text
  for (let round = 0; round < maxRounds; round++) {
    form = simplify(form)
    if (unreadable.test(form) || test(form)) return true
    const decoded = decode(form)
    if (decoded === form) return false
    form = decoded
  }
  return true
}

/** Drops invisible characters and marks, and replaces characters that look like those of ASCII. */
function simplify (text: string): string {
  if (!/\P{ASCII}/u.test(text)) return text
  // It takes quadratic time to normalise a long row of marks, and U+FDFA becomes 18 letters.
  return text.replaceAll(/[\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}\uFDFA]/gu, '').normalize('NFKC')
}

/** Escapes of URLs and mails (bytes), of JSON, programs and XML (codes in hexadecimal, decimal and octal; names). */
const escapes = new RegExp([
  String.raw`((?:%[0-9a-f]{2})+|(?:=(?!7f)[2-9a-f][0-9a-f])+)`,
  String.raw`\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|(?:\\u\{|&#x)0*([0-9a-f]{1,5})[};]?`,
  String.raw`&#0*(\d{1,6});?|\\([0-7]{3})`,
  String.raw`&([a-z]\w{0,30});|\\([^])|=\r?\n`
].join('|'), 'gi')
const signs = new Map(Object.entries({
  quot: '"', apos: "'", lt: '<', gt: '>', amp: '&', colon: ':', equals: '=', n: '\n', r: '\n', t: '\t', b: ' ', f: ' '
}))

function decode (text: string): string {
  if (!/[%=\\&]/.test(text)) return text
  return text.replaceAll(escapes, (_, bytes, long, short, any, decimal, octal, entity, sign) => {
    if (bytes !== undefined) return Buffer.from(bytes.replaceAll(/[%=]/g, ''), 'hex').toString()
    const hexadecimal = long ?? short ?? any
    if (hexadecimal !== undefined) return String.fromCodePoint(parseInt(hexadecimal, 16))
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8))
    return signs.get(entity ?? sign) ?? sign ?? ''
  })
}

// 3. A text of any kind is shown or hidden as a whole.

/** What may stand between the name of a secret and its value. Plain sentences have none of these. */
const assigning = /[=:<>"'`{}[\]|\\\t\n\r]|--\w/

/**
 * Credentials without a name: after the name of their scheme, before the host of a URL, or in the form of a key or
 * token. No two matches can begin in the same run of characters, so a search takes linear time.
 */
const credentials = new RegExp([
  String.raw`\b(?:bearer|basic|negotiate|digest|ntlm)\s+(?!realm=)[\w.~+/=-]{4}`,
  String.raw`\b(?:token|api-?key)\s+(?=[^\s\d=]*[\d=])\S{4}`,
  String.raw`//[^/\s?#]*@`,
  String.raw`-----BEGIN|(?<![\w-])eyJ[\w-]+\.`
].join('|'), 'i')

/** A name and one word as its value: `(name='Key')`. Only the name is judged. */
const plainPair =
  /^(?:\(|%28)?(?<name>[a-z][\w.]*)(?:=|%3D|: ?)(?<quote>(?:['"]|%2[27])?)[a-z\d*]{1,50}\k<quote>(?:\)|%29)?$/i

/** Whether a text may show a secret. */
function hides (text: string): boolean {
  // Most texts are words, numbers or paths.
  if (/^[\w,/-]*$/.test(text)) return false
  return someForm(text, form => {
    if (credentials.test(form)) return true
    return assigning.test(form) && hasName(plainPair.exec(form)?.groups?.name ?? form)
  })
}

/** Whether a text that has no known form has the name of a secret, or may show one. */
export function mentionsSecret (text: string): boolean {
  return someForm(text, form => credentials.test(form) || hasName(form))
}

/** Blanks the secrets in one of our own messages. What it quotes is blanked like any text. */
export function blankMessage (message: string): string {
  const quoted = /"(?:[^"\\…]|\\.)*["…]?/gs
  const shown = message.replaceAll(quoted, text => hides(text.slice(1, -1)) ? `"${blank}"` : text)
  const isRevealing = someForm(shown, form => {
    const assigned = form.matchAll(/(?<![\w.~+[\]-])([\w.~+[\]-]+)["']?\s*[=:]/g)
    return /\/\/[^/\s?#]*@/.test(form) || Array.from(assigned).some(([, name]) => isSecret(name as string))
  })
  return isRevealing ? blank : shown
}

// 4. In a URL, a form, headers and JSON, the values with the name of a secret are blanked.

/** Blanks the secrets in a URL. A path that has any is blanked whole. */
export function blankUrl (given: string): string {
  if (/^[\w/-]*$/.test(given) || !mentionsSecret(given)) return given
  const [, scheme = '', host = '', path = '', sign = '', query = ''] =
    /^(?:((?:[a-z][a-z\d+.-]*:)?\/\/)([^/?#]*))?([^?#]*)([?#]?)(.*)$/is.exec(given) as RegExpExecArray
  const shown = host.replace(/.*@/s, `${blank}@`)
  const isHost = /^(?:…@)?(?:[\w.-]*|\[[\da-f:.]*\])(?::\d*)?$/i.test(shown) && !hides(scheme)
  return scheme + (isHost ? shown : blank) + (hides(path) ? blank : path) + sign + blankQuery(query)
}

/** How many parameters of a query are looked at. Each takes a while, and a query with more is blanked whole. */
const maxParameters = 1000

function blankQuery (query: string): string {
  const parameters = query.split('&')
  if (parameters.length > maxParameters) return blank
  const fields = parameters.map((parameter): [string, string] => {
    const at = parameter.indexOf('=')
    return [parameter.slice(0, Math.max(at, 0)), parameter.slice(at + 1)]
  })
  const areSecret = secretsAmong(fields)
  return fields.map(([name, value], index) => {
    const sign = parameters[index]?.includes('=') ? '=' : ''
    return (hides(name) ? blank : name) + sign + (areSecret[index] || hides(value) ? blank : value)
  }).join('&')
}

/** The names of fields whose value another field may name. An item of a list has no name. */
const valueNames = /^$|(?:val|values?|content|data|text)$|^(?:v|to|from|new|old|current)$/i

/**
 * Returns which of the fields beside each other hold a secret. A text may name another field, as in
 * `{"name": "password", "value": "…"}`. Then fields such as `value` and items of a list do, and of two fields the
 * other.
 */
function secretsAmong (fields: ReadonlyArray<[name: string, value: unknown]>): boolean[] {
  const areNames = fields.map(([name, value]) => {
    if (!(Array.isArray(value) ? value.some(isName) : isName(value))) return false
    // The value of a secret is not a name, and neither is OAuth's `client_credentials`.
    return name !== 'grant_type' && (/^(?:key|code)$/i.test(name) || !isSecret(name))
  })
  const [first, last] = [areNames.indexOf(true), areNames.lastIndexOf(true)]
  return fields.map(([name], index) => {
    // If there are two names, one of them may be the value.
    const isNamed = first !== -1 && (first !== last || first !== index)
    if (isNamed && (valueNames.test(name) || (fields.length === 2 && !/^(?:id|url)$/i.test(name)))) return true
    return name !== '' && isSecret(name)
  })
}

/** The longest text that may be a name, in characters. */
const maxNameLength = 200

/** The name of a secret alone, or at the end of up to four words: `Client secret:`. */
const likeName = new RegExp(String.raw`^\W*(?=\w)(?:[^\s=:]+\s+){0,3}(?:[^\s=:]*(?:${parts})[a-z]{0,3}\d*|` +
  String.raw`(?:[^\s=:]*[-_.])?(?:(?:${words})|(?<!${harmless})(?:key|code))s?\d*)\W*$`, 'i')

/** Whether a text is itself the name of a secret. */
function isName (text: unknown): boolean {
  if (typeof text !== 'string' || text.length > maxNameLength || /[=:]\s*\S/.test(text)) return false
  return someForm(text, form => {
    return !/%[\da-f]{2}/i.test(form) && likeName.test(form.replace(/^(\W*[a-z]+)([A-Z])/, '$1-$2'))
  })
}

/** Blanks the secrets in a JSON value: everything below the name of a secret, and secrets in texts. */
export function blankValue (value: object, isHidden?: boolean, depth?: number): Record<string, unknown>
export function blankValue (value: unknown, isHidden?: boolean, depth?: number): unknown
export function blankValue (value: unknown, isHidden = false, depth = 0): unknown {
  if (value === null || value === undefined) return value
  if (typeof value !== 'object') {
    return isHidden || (typeof value === 'string' && hides(value)) ? blank : value
  }
  if (depth === maxLevels) return blank
  const fields = Array.isArray(value) ? value.map((item): [string, unknown] => ['', item]) : Object.entries(value)
  // Most objects and lists have no secret. Checking all texts at once is fastest.
  const texts = () => fields.flat(2).filter(item => typeof item === 'string')
  const isHarmless = !isHidden && !mentionsSecret(texts().join('\n\n'))
  const areSecret = isHidden || isHarmless ? [] : secretsAmong(fields)
  const shown = fields.map(([, item], index) => {
    return isHarmless && typeof item === 'string' ? item : blankValue(item, isHidden || areSecret[index], depth + 1)
  })
  if (Array.isArray(value)) return shown
  return Object.fromEntries(fields.map(([name], index) => [!isHarmless && hides(name) ? blank : name, shown[index]]))
}

const challenge = /^(?:basic|bearer) realm="[\w .-]*"(?:, charset="UTF-8")?$/i
const likeUrl = /^(?:[a-z][a-z\d+.-]*:\/\/|[/?#])[^\s"'`<>{}\\,]*$/i
const likeForm = /^[\w.~%+[\]-]+=[^\s"'`<>{}\\,]*$/

/**
 * Blanks the secrets in headers. If a secret header has several values, it shows none of them. Of a URL or a form, only
 * the secrets are blanked.
 */
export function blankHeaders (headers: object): Record<string, unknown> {
  const shown = (value: unknown) => {
    if (typeof value !== 'string' || challenge.test(value) || !hides(value)) return value
    if (likeUrl.test(value)) return blankUrl(value)
    return likeForm.test(value) ? blankQuery(value) : blank
  }
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => {
    return [name, isSecret(name) ? blank : Array.isArray(value) ? value.map(shown) : shown(value)]
  }))
}

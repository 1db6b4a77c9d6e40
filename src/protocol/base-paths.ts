/**
 * The base paths of an OVOC. Its `url` fields use the first one.
 * Source: AudioCodes' API documents and programs in use.
 */
export const basePaths = ['/ovoc/v1', '/api/ovoc/v1', '/tenantui/api/ovoc/v1'] as const

const someBasePath = /^(?:\/(?:tenantui|api|ovoc|v\d+)(?=\/|$))*/

/** Returns a path below the first base path instead of another one, a part of one, or one with another version. */
export function belowBasePath (path: string): string {
  return path.replace(someBasePath, basePaths[0])
}

const livePlatformPrefix = /^\/(?:tenantui\/)?api(?=\/ovoc\/v1(?:[/?]|$))/

// A proxy's client sends the whole URL as the path.
const origin = /^https?:\/\/[^/]*/i

/** The prefix that names a sandbox. A client that can change only its base URL enters a sandbox with it. */
const sandboxPrefix = /^\/__sandbox\/([^/?]*)/

/** Removes the sandbox and reduces the three base paths to one, so that each operation has one route. */
export function stripBasePath (url: string): string {
  // The router would end a path at a number sign. A path ends at its query only, for every check.
  const whole = url.includes('#') ? url.replaceAll('#', '%23') : url
  const path = withoutSandbox(spellPlainly(whole)).replace(livePlatformPrefix, '')
  // The router would reject a percent sign that encodes nothing before any hook runs. Taken literally, the path
  // reaches the same checks and responses as any other wrong path.
  return changePath(path, text => isDecodable(text) ? text : text.replaceAll('%', '%25'))
}

/** Returns whether the path that the client wrote has a base path of Live Platform. These expect tokens. */
export function isLivePlatformPath (originalUrl: string): boolean {
  return livePlatformPrefix.test(withoutSandbox(spellPlainly(originalUrl)))
}

/** Returns the sandbox that the path names, as the client wrote it. */
export function sandboxOfPath (originalUrl: string): string | undefined {
  if (!/%|__sandbox/.test(originalUrl)) return undefined
  return sandboxPrefix.exec(withoutOrigin(spellPlainly(originalUrl)))?.[1]
}

/** Returns the part of the path that names a sandbox, as the client wrote it. It is empty if there is none. */
export function sandboxPrefixOf (originalUrl: string): string {
  const name = sandboxOfPath(originalUrl)
  return name === undefined ? '' : sandboxPath(name)
}

/** Returns the path that the client wrote, without scheme, host, credentials and query. */
export function writtenPath (originalUrl: string): string {
  return originalUrl.replace(origin, '').split('?')[0] as string
}

/** Returns the path of a routed URL without its trailing slash. Every path accepts one, and it means nothing. */
export function pathOf (url: string): string {
  const [path = ''] = url.split('?')
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

/** Returns whether a path belongs to the control API. */
export function isControlPath (url: string): boolean {
  return url.startsWith('/__admin') && /^\/__admin(?:[/?]|$)/.test(url)
}

/** Returns whether a path belongs to the control API or the documentation. No rule applies there. */
export function isSimulatorsPath (url: string): boolean {
  return !isOvocPath(url) && /^\/(?:__admin|docs|openapi\.json|openapi\.yaml)(?:[/?]|$)/.test(url)
}

/** Returns whether a path belongs to OVOC, not to the simulator itself. */
export function isOvocPath (url: string): boolean {
  return url.startsWith('/ovoc/')
}

function withoutSandbox (url: string): string {
  const path = withoutOrigin(url)
  if (!path.startsWith('/__sandbox/')) return path
  const rest = path.replace(sandboxPrefix, '')
  return rest.startsWith('/') ? rest : `/${rest}`
}

function withoutOrigin (url: string): string {
  return url.startsWith('/') ? url : url.replace(origin, '')
}

const needless = /%(?:4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae]|3\d|2[de])/gi

// A letter may be percent-encoded. Decoding it first keeps a caller from evading a check of the path.
function spellPlainly (url: string): string {
  return changePath(url, path => isDecodable(path) ? path.replace(needless, decodeURIComponent) : path)
}

function changePath (url: string, change: (path: string) => string): string {
  if (!url.includes('%')) return url
  const [path = '', ...query] = url.split('?')
  return [change(path), ...query].join('?')
}

/** Returns whether every percent sign in a text begins a character of UTF-8. */
export function isDecodable (text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** The rule for names of sandboxes. A name appears unchanged in paths and headers. */
export const sandboxNameFormat = {
  pattern: /^[A-Za-z0-9_-]{1,64}$/,
  description: '1 to 64 letters, digits, hyphens and underscores'
}

/** Returns the path of a sandbox on a server. All its requests begin with it, so a proxy can choose a server by it. */
export function sandboxPath (name: string): string {
  return `/__sandbox/${name}`
}

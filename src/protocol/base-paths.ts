/**
 * The paths under which an OVOC answers, the one that its `url` fields use first.
 * Source: AudioCodes' API documents and programs in use.
 */
export const basePaths = ['/ovoc/v1', '/api/ovoc/v1', '/tenantui/api/ovoc/v1'] as const

const livePlatformPrefix = /^\/(?:tenantui\/)?api(?=\/ovoc\/v1(?:[/?]|$))/

// A proxy's client sends the whole URL as the path.
const origin = /^https?:\/\/[^/]*/i

/** Under which a client that can change nothing but its base URL enters a sandbox. */
const sandboxPrefix = /^\/__sandbox\/([^/?]*)/

/** Brings sandboxes and the three base paths to one path, so that each operation is routed once. */
export function stripBasePath (url: string): string {
  const path = withoutSandbox(spellPlainly(url)).replace(livePlatformPrefix, '')
  // A percent sign that encodes nothing would end in the router, before any hook has run. Taken literally it
  // reaches the same checks and responses as any other wrong path.
  return changePath(path, text => isDecodable(text) ? text : text.replaceAll('%', '%25'))
}

/** Whether a path, as the client wrote it, has one of Live Platform's base paths, which expect tokens. */
export function isLivePlatformPath (originalUrl: string): boolean {
  return livePlatformPrefix.test(withoutSandbox(spellPlainly(originalUrl)))
}

/** The sandbox that a path, as the client wrote it, names. */
export function sandboxOfPath (originalUrl: string): string | undefined {
  if (!/%|__sandbox/.test(originalUrl)) return undefined
  return sandboxPrefix.exec(withoutOrigin(spellPlainly(originalUrl)))?.[1]
}

/** The prefix of a path, as the client wrote it, that names a sandbox; empty where there is none. */
export function sandboxPrefixOf (originalUrl: string): string {
  const name = sandboxOfPath(originalUrl)
  return name === undefined ? '' : sandboxPath(name)
}

/** The path of a URL as the client wrote it, without scheme, host, credentials and query. */
export function writtenPath (originalUrl: string): string {
  return originalUrl.replace(origin, '').split('?')[0] as string
}

/** Whether a path is one by which a tester controls the simulator. */
export function isControlPath (url: string): boolean {
  return url.startsWith('/__admin') && /^\/__admin(?:[/?]|$)/.test(url)
}

/** Whether a path is one by which the simulator is controlled or explained: no rule applies there. */
export function isSimulatorsPath (url: string): boolean {
  return !isOvocPath(url) && /^\/(?:__admin|docs|openapi\.json|openapi\.yaml)(?:[/?]|$)/.test(url)
}

/** Whether a path is OVOC's, not the simulator's own. */
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

// A letter may be spelt with a percent sign; spelt plainly, no check of a path can be passed by.
function spellPlainly (url: string): string {
  return changePath(url, path => isDecodable(path) ? path.replace(needless, decodeURIComponent) : path)
}

function changePath (url: string, change: (path: string) => string): string {
  if (!url.includes('%')) return url
  const [path = '', ...query] = url.split('?')
  return [change(path), ...query].join('?')
}

/** Whether every percent sign in a text begins a character of UTF-8. */
export function isDecodable (text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** What a sandbox may be called: it stands in paths and headers as it is. */
export const nameRule = {
  pattern: /^[A-Za-z0-9_-]{1,64}$/,
  description: '1 to 64 letters, digits, hyphens and underscores'
}

/** The path of a sandbox on a server. All its requests begin with it, so a proxy can tell servers apart by it. */
export function sandboxPath (name: string): string {
  return `/__sandbox/${name}`
}

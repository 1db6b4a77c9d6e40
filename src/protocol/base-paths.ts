import { sandboxPath } from '../sandbox/sandbox-name.ts'

/** The paths under which an OVOC answers, the one that its `url` fields use first. Source: AudioCodes' API documents and programs in use. */
export const basePaths = ['/ovoc/v1', '/api/ovoc/v1', '/tenantui/api/ovoc/v1'] as const

const livePlatformPrefix = /^\/(?:tenantui\/)?api(?=\/ovoc\/v1(?:[/?]|$))/

// A proxy's client sends the whole URL as the path.
const origin = /^https?:\/\/[^/]*/i

/** Under which a client that can change nothing but its base URL enters a sandbox. */
const sandboxPrefix = /^\/__sandbox\/([^/?]*)/

/** Brings sandboxes and the three base paths to one path, so that each operation is routed once. */
export function stripBasePath (url: string): string {
  return encodeBroken(withoutSandbox(spellPlainly(url)).replace(livePlatformPrefix, ''))
}

/** Tells whether a path, as the client wrote it, enters by one of Live Platform's base paths, where tokens are shown. */
export function isLivePlatformPath (originalUrl: string): boolean {
  return livePlatformPrefix.test(withoutSandbox(spellPlainly(originalUrl)))
}

/** The sandbox that a path, as the client wrote it, names. */
export function sandboxOfPath (originalUrl: string): string | undefined {
  if (!/%|__sandbox/.test(originalUrl)) return undefined
  return sandboxPrefix.exec(withoutOrigin(spellPlainly(originalUrl)))?.[1]
}

/** What a path, as the client wrote it, has before all else, so that a client which enters its sandbox by the path stays in it; empty where it names none. */
export function sandboxPrefixOf (originalUrl: string): string {
  const name = sandboxOfPath(originalUrl)
  return name === undefined ? '' : sandboxPath(name)
}

/** The path of a URL as the client wrote it, without scheme, host, credentials and query. */
export function writtenPath (originalUrl: string): string {
  return originalUrl.replace(origin, '').split('?')[0] as string
}

/** Tells whether a path is one by which a tester controls the simulator. */
export function isControlPath (url: string): boolean {
  return url.startsWith('/__admin') && /^\/__admin(?:[/?]|$)/.test(url)
}

/** Tells whether a path is one by which the simulator is controlled or explained: no rule applies there. */
export function isSimulatorsPath (url: string): boolean {
  return !isOvocPath(url) && /^\/(?:__admin|docs|openapi\.json|openapi\.yaml)(?:[/?]|$)/.test(url)
}

/** Tells whether a path is OVOC's, not the simulator's own. */
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

// A percent sign that encodes nothing would end in the router, before any hook has run; taken literally it
// reaches the same checks and answers as any other wrong path.
function encodeBroken (url: string): string {
  return changePath(url, path => isDecodable(path) ? path : path.replaceAll('%', '%25'))
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

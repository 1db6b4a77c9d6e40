/** The paths under which an OVOC answers, the one that its `url` fields use first. Source: AudioCodes' API documents and programs in use. */
export const doors = ['/ovoc/v1', '/api/ovoc/v1', '/tenantui/api/ovoc/v1'] as const

const livePlatformPrefix = /^\/(?:tenantui\/)?api(?=\/ovoc\/v1(?:[/?]|$))/

// A proxy's client sends the whole URL as the path.
const origin = /^https?:\/\/[^/]*/

/** Brings the three doors to one, so that each operation is routed once. */
export function enterDoor (url: string): string {
  return repairEncoding(url.replace(origin, '').replace(livePlatformPrefix, ''))
}

/** Tells whether a path, as the client wrote it, enters by one of Live Platform's doors, where tokens are shown. */
export function isLivePlatformPath (originalUrl: string): boolean {
  return livePlatformPrefix.test(originalUrl.replace(origin, ''))
}

/** Tells whether a path is one by which a tester controls the simulator. */
export function isControlPath (url: string): boolean {
  return url.startsWith('/__admin')
}

/** Tells whether a path is OVOC's, not the simulator's own. */
export function isOvocPath (url: string): boolean {
  return url.startsWith('/ovoc/')
}

// A percent sign that encodes nothing would end in the router, before any hook has run; taken literally it
// reaches the same checks and answers as any other wrong path.
function repairEncoding (url: string): string {
  if (!url.includes('%')) return url
  const [path = '', ...query] = url.split('?')
  return [isDecodable(path) ? path : path.replaceAll('%', '%25'), ...query].join('?')
}

function isDecodable (text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

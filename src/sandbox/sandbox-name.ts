/** What a sandbox may be called: it stands in paths and headers as it is. */
export const nameRule = {
  pattern: /^[A-Za-z0-9_-]{1,64}$/,
  description: '1 to 64 letters, digits, hyphens and underscores'
}

/** Where a sandbox is on a server; whatever concerns it goes there, so that a proxy can tell servers apart by it. */
export function sandboxPath (name: string): string {
  return `/__sandbox/${name}`
}

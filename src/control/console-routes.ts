import { readFile } from 'node:fs/promises'
import { inPackage } from '../in-package.ts'
import { writtenPath } from '../protocol/base-paths.ts'
import type { OvocApp } from '../protocol/operations.ts'

const types = {
  'index.html': 'text/html; charset=utf-8',
  'main.js': 'text/javascript; charset=utf-8',
  'style.css': 'text/css; charset=utf-8'
}

const policy = "default-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'"

/** The files of the console, a page on which a person sees and controls the server. They are read when asked for. */
export function consoleRoutes (app: OvocApp): void {
  const hidden = { schema: { hide: true }, config: { sandboxUse: 'none' } } as const
  const send = (url: string, name: keyof typeof types) => app.get(url, hidden, async (request, reply) => {
    // The page's addresses are relative, so its own has to end with a slash.
    if (url === '/console' && !writtenPath(request.originalUrl).endsWith('/')) return reply.redirect('console/')
    const content = await readFile(inPackage(`console/${name}`))
    reply.type(types[name]).header('cache-control', 'no-cache')
    reply.header('content-security-policy', policy)
    return reply.send(content)
  })
  send('/console', 'index.html')
  send('/console/main.js', 'main.js')
  send('/console/style.css', 'style.css')
}

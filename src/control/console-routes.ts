import { readFile } from 'node:fs/promises'
import { inPackage } from '../in-package.ts'
import { writtenPath } from '../protocol/base-paths.ts'
import type { OvocApp } from '../protocol/operations.ts'

/** The compiled files of `src/console` that a browser gets. */
const modules = [
  'main.js', 'calls.js', 'elements.js',
  'overview-view.js', 'requests-view.js', 'records-view.js', 'rules-view.js', 'state-view.js', 'sandboxes-view.js'
]

const policy = "default-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'"

/** Adds the routes of the console, a page that shows and controls the server. Its files are read on each request. */
export function consoleRoutes (app: OvocApp): void {
  const hidden = { schema: { hide: true }, config: { sandboxUse: 'none' } } as const
  const serve = (url: string, name: string, type: string) => app.get(url, hidden, async (request, reply) => {
    // The page's links are relative, so its own address must end with a slash.
    if (url === '/console' && !writtenPath(request.originalUrl).endsWith('/')) return reply.redirect('console/')
    const content = await readFile(inPackage(`console/${name}`))
    reply.type(type).header('cache-control', 'no-cache')
    reply.header('content-security-policy', policy)
    return reply.send(content)
  })
  serve('/console', 'index.html', 'text/html; charset=utf-8')
  serve('/console/style.css', 'style.css', 'text/css; charset=utf-8')
  for (const name of modules) serve(`/console/${name}`, name, 'text/javascript; charset=utf-8')
}

import { readFile } from 'node:fs/promises'
import type { FastifyReply } from 'fastify'
import { inPackage } from '../in-package.ts'
import { writtenPath } from '../protocol/base-paths.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { Refusal } from '../protocol/refusal.ts'
import { quote } from '../schema/quote.ts'

const policy = "default-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'"

const types: Record<string, string> = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8' }

/** Adds the routes of the console, a page that shows and controls the server. Its files are read on each request. */
export function consoleRoutes (app: OvocApp): void {
  const hidden = { schema: { hide: true }, config: { sandboxUse: 'none' } } as const
  const send = (reply: FastifyReply, content: Buffer, type: string | undefined) => {
    reply.type(type ?? 'text/html; charset=utf-8').header('cache-control', 'no-cache')
    reply.header('content-security-policy', policy)
    return reply.send(content)
  }
  app.get('/console', hidden, async (request, reply) => {
    // The page's links are relative, so its own address must end with a slash.
    if (!writtenPath(request.originalUrl).endsWith('/')) return reply.redirect('console/')
    return send(reply, await readFile(inPackage('console/index.html')), undefined)
  })
  app.get<{ Params: { name: string } }>('/console/:name', hidden, async (request, reply) => {
    const { name } = request.params
    const [, ending] = /^[a-z-]+\.(css|js)$/.exec(name) ?? []
    // Its files have such names, so the name leads to no other folder.
    const content = ending === undefined ? undefined : await readFile(inPackage(`console/${name}`)).catch(() => undefined)
    if (content === undefined) throw new Refusal(404, `the console has no file ${quote(name)}`)
    return send(reply, content, types[ending as string])
  })
}

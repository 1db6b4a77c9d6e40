import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { FastifyReply } from 'fastify'
import { inPackage } from '../package.ts'
import { writtenPath } from '../protocol/base-paths.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { Refusal } from '../protocol/refusal.ts'
import { quote } from '../schema/quote.ts'

const policy = "default-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'"

const types: Record<string, string> = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' }

/** Adds the routes of the console, a page that shows and controls the server. Its files are read on each request. */
export function consoleRoutes (app: OvocApp): void {
  const hidden = { schema: { hide: true }, config: { sandboxUse: 'none' } } as const
  const send = async (reply: FastifyReply, name: string) => {
    const content = await readFile(inPackage(`console/${name}`))
    reply.type(`${types[extname(name)]}; charset=utf-8`).header('cache-control', 'no-cache')
    reply.header('content-security-policy', policy)
    return reply.send(content)
  }
  app.get('/console', hidden, (request, reply) => {
    // The page's links are relative, so its own address must end with a slash.
    return writtenPath(request.originalUrl).endsWith('/') ? send(reply, 'index.html') : reply.redirect('console/')
  })
  app.get<{ Params: { name: string } }>('/console/:name', hidden, ({ params: { name } }, reply) => {
    // The pattern keeps the name within the folder.
    if (/^[a-z-]+\.(?:css|js)$/.test(name) && existsSync(inPackage(`console/${name}`))) return send(reply, name)
    throw new Refusal(404, `the console has no file ${quote(name)}`)
  })
}

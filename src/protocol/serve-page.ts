import { existsSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import type { FastifyReply } from 'fastify'
import { inPackage } from '../package.ts'
import { quote } from '../schema/quote.ts'
import { writtenPath } from './base-paths.ts'
import type { OvocApp } from './operations.ts'
import { Refusal } from './refusal.ts'

const policy = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png'
}

/**
 * Serves a page at a path, and its files below it. The build puts them into the folder `name` beside the code. Each
 * file is read once, and all responses share it.
 * @param ownPolicy further directives of the page's content security policy.
 */
export function servePage (app: OvocApp, path: string, name: string, ownPolicy = ''): void {
  const hidden = { schema: { hide: true }, config: { sandboxUse: 'none' } } as const
  const contents = new Map<string, Buffer>()
  const send = (reply: FastifyReply, file: string) => {
    const content = contents.get(file) ?? readFileSync(inPackage(`assets/${name}/${file}`))
    contents.set(file, content)
    reply.type(types[extname(file)] as string).header('cache-control', 'no-cache')
    return reply.header('content-security-policy', policy + ownPolicy).send(content)
  }
  app.get(path, hidden, (request, reply) => {
    // The page's links are relative, so its own address must end with a slash.
    const isFolder = writtenPath(request.originalUrl).endsWith('/')
    return isFolder ? send(reply, 'index.html') : reply.redirect(`${path.slice(1)}/`)
  })
  app.get<{ Params: { file: string } }>(`${path}/:file`, hidden, ({ params: { file } }, reply) => {
    // The pattern keeps the name within the folder.
    const isNamed = /^[a-z\d-]+\.(?:css|js|png)$/.test(file)
    if (isNamed && existsSync(inPackage(`assets/${name}/${file}`))) return send(reply, file)
    throw new Refusal(404, `the page has no file ${quote(file)}`)
  })
}

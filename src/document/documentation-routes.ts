import { readFileSync } from 'node:fs'
import fastify from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { registerControl } from '../control/index.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { serialiserWith } from '../protocol/serialisation.ts'
import { servePage } from '../protocol/serve-page.ts'
import { buildValidator } from '../protocol/validation.ts'
import { registerOperations } from '../resources/index.ts'
import { inPackage, version } from '../package.ts'

type Format = 'json' | 'yaml'

type Api = 'ovoc' | 'control'

/**
 * The documents of a server by their paths, and what `openapiDocument` makes them of. The build makes them. All
 * addresses in them are relative: a proxy may have removed a prefix that the server does not know.
 * @public for the build.
 */
export const servedDocuments: Record<string, [Format, Api, root: string]> = {
  '/openapi.json': ['json', 'ovoc', '.'],
  '/openapi.yaml': ['yaml', 'ovoc', '.'],
  '/__admin/openapi.json': ['json', 'control', '..']
}

/** Serves the OpenAPI documents and the page that shows them. */
export function documentationRoutes (app: OvocApp): void {
  for (const [url, [format]] of Object.entries(servedDocuments)) {
    let text: Buffer | undefined
    app.get(url, { schema: { hide: true } }, (_request, reply) => {
      // One text for all, however many responses wait for their readers.
      text ??= readFileSync(inPackage(`assets/documents${url}`))
      return reply.type(format === 'json' ? 'application/json; charset=utf-8' : 'application/yaml').send(text)
    })
  }
  // Swagger UI sets styles of its elements.
  servePage(app, '/docs', 'docs', "; style-src 'self' 'unsafe-inline'")
}

/**
 * Returns an OpenAPI document as text, either of OVOC's operations or of those that control the simulator. It builds a
 * server with the real operations, so the document is accurate.
 * @param root the prefix of all addresses. Without it they are paths on the server that serves the document.
 */
export async function openapiDocument (format: Format, api: Api = 'ovoc', root: string = ''): Promise<string> {
  const { describeApi, describeControl } = await import('./describe.ts')
  const app: OvocApp = fastify({
    schemaController: { compilersFactory: { buildValidator, buildSerializer: serialiserWith(JSON.stringify) } }
  }).withTypeProvider<TypeBoxTypeProvider>()
  if (api === 'control') {
    await describeControl(app, root)
    await registerControl(app, { version, seed: 0 })
  } else {
    await describeApi(app, root)
    await registerOperations(app)
  }
  await app.ready()
  return format === 'yaml' ? app.swagger({ yaml: true }) : `${JSON.stringify(app.swagger(), null, 2)}\n`
}

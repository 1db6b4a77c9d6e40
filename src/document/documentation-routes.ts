import fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { registerControl } from '../control/index.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { answerError } from '../protocol/error-responses.ts'
import { buildSerializer } from '../protocol/serialisation.ts'
import { refuseUnrouted } from '../protocol/unrouted.ts'
import { buildValidator } from '../protocol/validation.ts'
import { registerOperations } from '../resources/index.ts'
import { version } from '../version.ts'

/** Serves the OpenAPI document and the page to read it on. What makes them is loaded at the first request for one. */
export function documentationRoutes (app: OvocApp): void {
  let documentation: Promise<FastifyInstance> | undefined
  for (const url of ['/openapi.json', '/openapi.yaml', '/docs', '/docs/*']) {
    app.get(url, { schema: { hide: true } }, async (request, reply) => {
      const { routing } = await (documentation ??= buildDocumentation())
      // Such as those that let pages of other origins read the document.
      for (const [name, value] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value as string)
      reply.hijack()
      routing(request.raw, reply.raw)
    })
  }
  let control: Promise<string> | undefined
  app.get('/__admin/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    return reply.type('application/json; charset=utf-8').send(await (control ??= openapiDocument('json', 'control')))
  })
}

/** A second server that is only called for its document. Its operations are the real ones, so the document is too. */
async function buildDocumentation (): Promise<FastifyInstance> {
  const app = await describedApp('ovoc')
  const { default: swaggerUi } = await import('@fastify/swagger-ui')
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { displayRequestDuration: true, tryItOutEnabled: true, showExtensions: true },
    theme: { title: 'ovoc-mock' }
  })
  // One text each, however many responses wait for their readers.
  let json: string | undefined
  let yaml: string | undefined
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => {
    return reply.type('application/json; charset=utf-8').send(json ??= JSON.stringify(app.swagger()))
  })
  app.get('/openapi.yaml', { schema: { hide: true } }, (_request, reply) => {
    return reply.type('application/yaml').send(yaml ??= app.swagger({ yaml: true }))
  })
  await app.ready()
  return app
}

type Api = 'ovoc' | 'control'

async function describedApp (api: Api): Promise<OvocApp> {
  const app: OvocApp = fastify({
    routerOptions: { ignoreTrailingSlash: true },
    schemaController: { compilersFactory: { buildValidator, buildSerializer } }
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.setErrorHandler(answerError)
  const { describeApi, describeControl } = await import('./describe.ts')
  if (api === 'control') {
    await describeControl(app)
    await registerControl(app, { version, seed: 0 })
  } else {
    refuseUnrouted(app, new Map())
    await describeApi(app)
    await registerOperations(app)
  }
  return app
}

/** An OpenAPI document as text: of OVOC's operations, or of those that control the simulator. */
export async function openapiDocument (format: 'json' | 'yaml', api: Api = 'ovoc'): Promise<string> {
  const app = await describedApp(api)
  await app.ready()
  return format === 'yaml' ? app.swagger({ yaml: true }) : `${JSON.stringify(app.swagger(), null, 2)}\n`
}

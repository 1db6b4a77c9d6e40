import fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { registerControl } from '../control/index.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { sendError } from '../protocol/error-responses.ts'
import { serialiserWith } from '../protocol/serialisation.ts'
import { refuseUnrouted } from '../protocol/unrouted.ts'
import { buildValidator } from '../protocol/validation.ts'
import { registerOperations } from '../resources/index.ts'
import { version } from '../package.ts'

/**
 * Serves the OpenAPI documents and the page that shows them. The code that makes them is loaded at the first request.
 */
export function documentationRoutes (app: OvocApp): void {
  let documentation: Promise<FastifyInstance> | undefined
  for (const url of ['/openapi.json', '/openapi.yaml', '/docs', '/docs/*']) {
    app.get(url, { schema: { hide: true } }, async (request, reply) => {
      const { routing } = await (documentation ??= buildDocumentation())
      // Pass on headers such as those that let pages of other origins read the document.
      for (const [name, value] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value as string)
      reply.hijack()
      routing(request.raw, reply.raw)
    })
  }
  let control: Promise<string> | undefined
  app.get('/__admin/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    const text = await (control ??= openapiDocument('json', 'control', '..'))
    return reply.type('application/json; charset=utf-8').send(text)
  })
}

/**
 * Builds a second server that is used only for its document. Its operations are the real ones, so the document is
 * accurate. All addresses in it are relative: a proxy may have removed a prefix that the server does not know.
 */
async function buildDocumentation (): Promise<FastifyInstance> {
  const app = await describedApp('ovoc', '.')
  app.addHook('onSend', async (_request, reply) => {
    // The only redirect is that of /docs/static/index.html.
    if (reply.hasHeader('location')) reply.header('location', '../')
  })
  const { default: swaggerUi } = await import('@fastify/swagger-ui')
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    indexPrefix: '.',
    // The page loads its document from /docs/json, one level below the root.
    transformSpecification: document => {
      return JSON.parse(JSON.stringify(document).replaceAll(/"(url|tokenUrl)":"\.\//g, '"$1":"../'))
    },
    transformSpecificationClone: false,
    uiConfig: {
      displayRequestDuration: true,
      tryItOutEnabled: true,
      showExtensions: true,
      urls: [{ name: 'OVOC', url: 'json' }, { name: 'Control of the simulator', url: '../__admin/openapi.json' }]
    },
    theme: {
      title: 'ovoc-mock',
      // Relative addresses in the document start at the page, so the address of the page must end with a slash.
      // The page's icons are resolved before that.
      js: [{
        filename: 'address.js',
        content: `
          for (const icon of document.querySelectorAll('link[rel=icon]')) icon.href = icon.href
          history.replaceState(null, '', location.pathname.replace(/\\/?$/, '/') + location.hash)`
      }]
    }
  })
  // Keep one text each, however many responses wait for their readers.
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

async function describedApp (api: Api, root: string): Promise<OvocApp> {
  const app: OvocApp = fastify({
    // The page looks at the end of its path, and a query would hide that.
    rewriteUrl: ({ url }) => (url as string).split('?')[0] as string,
    routerOptions: { ignoreTrailingSlash: true },
    schemaController: { compilersFactory: { buildValidator, buildSerializer: serialiserWith(JSON.stringify) } }
  }).withTypeProvider<TypeBoxTypeProvider>()
  const { describeApi, describeControl } = await import('./describe.ts')
  app.setErrorHandler(sendError)
  if (api === 'control') {
    await describeControl(app, root)
    await registerControl(app, { version, seed: 0 })
  } else {
    refuseUnrouted(app, new Map())
    await describeApi(app, root)
    await registerOperations(app)
  }
  return app
}

/**
 * Returns an OpenAPI document as text, either of OVOC's operations or of those that control the simulator.
 * @param root the prefix of all addresses. Without it they are paths on the server that serves the document.
 */
export async function openapiDocument (
  format: 'json' | 'yaml', api: Api = 'ovoc', root: string = ''
): Promise<string> {
  const app = await describedApp(api, root)
  await app.ready()
  return format === 'yaml' ? app.swagger({ yaml: true }) : `${JSON.stringify(app.swagger(), null, 2)}\n`
}

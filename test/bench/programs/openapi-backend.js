import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { OpenAPIBackend } from 'openapi-backend'
import { customer, root } from '../places.js'

const definition = JSON.parse(readFileSync(join(root, 'openapi/openapi.json'), 'utf8'))
// Its mock looks for an example beside the schema, not in it.
definition.paths['/topology/customers/{id}'].put.responses[200].content['application/json'].example = customer

const api = new OpenAPIBackend({
  definition,
  apiRoot: '/api/ovoc/v1',
  // It checks documents as OpenAPI 3.0, and ours is 3.1.
  quick: true,
  ajvOpts: { strict: false },
  handlers: {
    notImplemented: ({ api, operation }) => {
      const { status, mock } = api.mockResponseForOperation(operation.operationId)
      return { status, body: mock }
    },
    validationFail: ({ validation }) => ({ status: 400, body: validation.errors }),
    notFound: () => ({ status: 404, body: {} })
  }
})
await api.init()

createServer(async (request, response) => {
  const body = await text(request)
  const answer = await api.handleRequest({ method: request.method, path: request.url, headers: request.headers, body: body || undefined })
  response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer.body))
}).listen(Number(process.argv[2]), '127.0.0.1')

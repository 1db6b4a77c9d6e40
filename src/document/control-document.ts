import swagger from '@fastify/swagger'
import type { OpenAPIV3_1 as OpenApi } from 'openapi-types'
import { finishBody, markBody, operationsOf, refResolver } from './document-bodies.ts'
import type { Operation } from './document-bodies.ts'
import { info } from './ovoc-document.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { nameRule } from '../sandbox/sandbox-name.ts'
import { version } from '../version.ts'

/** Lets @fastify/swagger make the document of the routes that control the simulator. */
export async function describeControl (app: OvocApp): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Control of ovoc-mock',
        version,
        description: 'What a tester does to the simulator. Each request is for one sandbox: the one that the header `X-Ovoc-Mock-Sandbox` or the path prefix `/__sandbox/{name}` names, else the default one.',
        license: info.license
      },
      servers: [{ url: '/', description: 'The default sandbox' }, { url: '/__sandbox/{name}', description: 'A sandbox', variables: { name: { default: 'default' } } }],
      components: { securitySchemes: { adminToken: { type: 'http', scheme: 'bearer', description: 'The option admin-token, where it is set' } } },
      security: [{}, { adminToken: [] }]
    },
    refResolver,
    transform: markBody,
    transformObject: document => {
      const { openapiObject } = document as { openapiObject: OpenApi.Document }
      for (const operation of operationsOf(openapiObject)) finishControl(operation, openapiObject)
      Object.assign(openapiObject.components?.schemas?.RuleCreation as object, oneEffect)
      return openapiObject
    }
  })
}

function finishControl (operation: Operation, document: OpenApi.Document): void {
  finishBody(operation, document)
  operation.parameters = [...operation.parameters ?? [], sandboxHeader]
}

const sandboxHeader = { name: 'X-Ovoc-Mock-Sandbox', in: 'header', description: 'The sandbox that is meant', schema: { type: 'string', pattern: nameRule.pattern.source } } as const

// What the server checks by itself, since it says better what is wrong than a schema would.
const oneEffect = { oneOf: ['preset', 'status', 'delay', 'break', 'rateLimit'].map(name => ({ required: [name] })) }

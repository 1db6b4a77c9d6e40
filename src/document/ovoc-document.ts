import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import swagger from '@fastify/swagger'
import type { OpenAPIV3_1 as OpenApi } from 'openapi-types'
import { bundledFixtures } from '../dataset/read-fixtures.ts'
import type { Resource } from '../dataset/resource.ts'
import { finishBody, markBody, operationsOf, refResolver } from './document-bodies.ts'
import type { Operation } from './document-bodies.ts'
import { basePaths } from '../protocol/base-paths.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { resources, tags } from '../resources/index.ts'
import { version } from '../version.ts'

/** Whose the documents are. */
export const info = {
  title: 'OVOC REST API, as simulated by ovoc-mock',
  version,
  description: 'The operations of the AudioCodes One Voice Operations Center REST API that are publicly known. ' +
    'Each carries `x-evidence`: documented by AudioCodes, observed in programs that use a real OVOC, or assumed.',
  license: { name: 'MIT', identifier: 'MIT' }
}

const basePathDescriptions = ['OVOC server, direct', 'Live Platform public API, path as the documents write it', 'Live Platform public API, whole path']

const scope = 'api://ovoc/.default'

const securitySchemes: Record<string, OpenApi.SecuritySchemeObject> = {
  basic: { type: 'http', scheme: 'basic', description: 'Name and password of a user, at the OVOC server\'s own base path `/ovoc/v1`' },
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Access token, at the base paths of Live Platform' },
  clientCredentials: {
    type: 'oauth2',
    description: 'How a program gets the token for the base paths of Live Platform; any tenant will do',
    flows: {
      clientCredentials: {
        tokenUrl: '/00000000-0000-0000-0000-000000000000/oauth2/v2.0/token',
        scopes: { [scope]: 'What the role of the client allows' }
      }
    }
  }
}

/** Lets @fastify/swagger make the document of all routes that are registered after it. */
export async function describeApi (app: OvocApp): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info,
      servers: basePaths.map((url, index) => ({ url, description: basePathDescriptions[index] as string })),
      tags,
      components: { securitySchemes },
      security: [{}, { basic: [] }, { bearer: [] }, { clientCredentials: [scope] }]
    },
    refResolver,
    transform: markBody,
    transformObject: document => finish((document as { openapiObject: OpenApi.Document }).openapiObject)
  })
}

function finish (document: OpenApi.Document): OpenApi.Document {
  for (const resource of resources) {
    const example = firstFixture(resource.name)
    if (example !== undefined) Object.assign(componentOf(resource, document), { examples: [example] })
  }
  for (const operation of operationsOf(document)) finishOperation(operation, document)
  return document
}

function finishOperation (operation: Operation, document: OpenApi.Document): void {
  finishBody(operation, document)
  showFirstRecord(operation)
}

// So that what the page of the document fills in by itself works.
function showFirstRecord ({ tags: [tag] = [], parameters = [] }: Operation): void {
  const id = parameters.find(parameter => 'name' in parameter && parameter.name === 'id')
  const first = firstFixture(tag as string) as { id?: number } | undefined
  if (id !== undefined && first !== undefined) Object.assign(id, { example: first.id })
}

// A resource that is only listed has no component for a whole record.
function componentOf ({ schema: { $id } }: Resource, { components }: OpenApi.Document): object {
  return (components?.schemas?.[$id as string] ?? components?.schemas?.[`${$id}ListItem`]) as object
}

function firstFixture (name: string): unknown {
  return JSON.parse(readFileSync(join(bundledFixtures, `${name}.json`), 'utf8'))[0]
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import swagger from '@fastify/swagger'
import type { OpenAPIV3_1 } from 'openapi-types'
import { bundledFixtures } from './dataset/read-fixtures.ts'
import { doors } from './protocol/doors.ts'
import type { OvocApp } from './protocol/operations.ts'
import { resources } from './resources/index.ts'
import { version } from './version.ts'

const info = {
  title: 'OVOC REST API, as simulated by ovoc-mock',
  version,
  description: 'The operations of the AudioCodes One Voice Operations Center REST API that are publicly known. ' +
    'Each carries `x-evidence`: documented by AudioCodes, observed in programs that use a real OVOC, or assumed.',
  license: { name: 'MIT', identifier: 'MIT' }
}

const doorDescriptions = ['OVOC server, direct', 'Live Platform public API, path as the documents write it', 'Live Platform public API, whole path']

/** Lets @fastify/swagger make the document of all routes that are registered after it. */
export async function describeApi (app: OvocApp): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info,
      servers: doors.map((url, index) => ({ url, description: doorDescriptions[index] as string })),
      tags: [{ name: 'customers', description: 'Live Platform customers' }],
      security: [{}]
    },
    refResolver: { buildLocalReference: json => json.$id as string },
    transformObject: document => finish((document as { openapiObject: OpenAPIV3_1.Document }).openapiObject)
  })
}

function finish (document: OpenAPIV3_1.Document): OpenAPIV3_1.Document {
  for (const resource of resources) {
    const schema = document.components?.schemas?.[resource.schema.$id as string]
    if (schema !== undefined) Object.assign(schema, { examples: [firstFixture(resource.name)] })
  }
  for (const path of Object.values(document.paths ?? {})) markOptionalBodies(path as OpenAPIV3_1.PathItemObject)
  return document
}

function firstFixture (name: string): unknown {
  return JSON.parse(readFileSync(join(bundledFixtures, `${name}.json`), 'utf8'))[0]
}

// @fastify/swagger calls every body required; `x-optional` in its schema says otherwise.
function markOptionalBodies (path: OpenAPIV3_1.PathItemObject): void {
  const body = path.put?.requestBody as OpenAPIV3_1.RequestBodyObject | undefined
  const schema = body?.content['application/json']?.schema as Record<string, unknown> | undefined
  if (body === undefined || schema?.['x-optional'] === undefined) return
  delete schema['x-optional']
  body.required = false
}

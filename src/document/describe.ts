import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import swagger from '@fastify/swagger'
import type { OpenAPIV3_1 as OpenApi } from 'openapi-types'
import { bundledFixtures } from '../dataset/read-fixtures.ts'
import { basePaths, sandboxNameFormat } from '../protocol/base-paths.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { resources, tags } from '../resources/index.ts'
import { effectKinds } from '../sandbox/rule.ts'
import { version } from '../package.ts'

/** An operation in a document of @fastify/swagger, with the mark that `describe` adds to it. */
type Operation = OpenApi.OperationObject & { 'x-optional-body'?: boolean }

const license = { name: 'MIT', identifier: 'MIT' }

/**
 * Makes @fastify/swagger describe OVOC's operations: all routes that are registered after this call.
 * @param root the prefix of all addresses: the path from the document to the root of the server.
 */
export async function describeApi (app: OvocApp, root: string): Promise<void> {
  const scope = 'api://ovoc/.default'
  const basePathDescriptions = [
    'OVOC server, direct',
    'Live Platform public API, path as the documents write it',
    'Live Platform public API, whole path'
  ]
  const openapi: Partial<OpenApi.Document> = {
    info: {
      title: 'OVOC REST API, as simulated by ovoc-mock',
      version,
      description: 'The publicly known operations of the AudioCodes One Voice Operations Center REST API. ' +
        'Each carries `x-evidence`: documented by AudioCodes, observed in programs that use a real OVOC, or assumed.',
      license
    },
    servers: basePaths.map((url, index) => ({ url, description: basePathDescriptions[index] as string })),
    tags,
    components: {
      securitySchemes: {
        basic: {
          type: 'http',
          scheme: 'basic',
          description: "Name and password of a user, at the OVOC server's own base path `/ovoc/v1`"
        },
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'Access token, at the base paths of Live Platform'
        },
        clientCredentials: {
          type: 'oauth2',
          description: 'How a program gets the token for the base paths of Live Platform. Any tenant is accepted',
          flows: {
            clientCredentials: {
              tokenUrl: `${root}/00000000-0000-0000-0000-000000000000/oauth2/v2.0/token`,
              scopes: { [scope]: 'What the role of the client allows' }
            }
          }
        }
      }
    },
    security: [{}, { basic: [] }, { bearer: [] }, { clientCredentials: [scope] }]
  }

  await describe(app, root, openapi, (document, operations) => {
    const examples = new Map(resources.map(({ name }) => {
      return [name, JSON.parse(readFileSync(join(bundledFixtures, `${name}.json`), 'utf8'))[0]]
    }))
    const schemas = document.components?.schemas
    for (const { name, schema: { $id } } of resources) {
      const example = examples.get(name)
      // A resource with only a list has no component for a full record.
      const component = schemas?.[$id as string] ?? schemas?.[`${$id}ListItem`]
      if (example !== undefined) Object.assign(component as object, { examples: [example] })
    }

    // The documentation page fills in examples, and trying them out must work. Its error examples are the server's own
    // texts.
    for (const { operationId, tags: [tag = ''] = [], parameters = [], responses = {} } of operations) {
      const parameterNamed = (wanted: string) =>
        parameters.find(parameter => 'name' in parameter && parameter.name === wanted)
      const example = examples.get(tag as typeof resources[number]['name'])
      const sentences: Record<string, string> = {}
      for (const status of [429, 500, 503]) {
        sentences[status] = `${operationId} answers ${status} because the request asked for it`
      }
      const id = parameterNamed('id')
      if (id !== undefined) {
        Object.assign(id, { example: example.id })
        const noun = resources.find(({ name }) => name === tag)?.noun
        const whole = `a whole number from 1 to ${Number.MAX_SAFE_INTEGER}`
        sentences[400] = `the path is not valid: /id must be ${whole}, got "x"`
        sentences[404] = `there is no ${noun} with id 1`
      }
      const filter = parameterNamed('filter')
      if (filter !== undefined) Object.assign(filter, { examples: filterExamples(example) })

      for (const [status, description] of Object.entries(sentences)) {
        const { content } = responses[status] as { content: NonNullable<OpenApi.ResponseObject['content']> }
        Object.assign(content['application/json'] as object, { example: { description } })
      }
    }
  })
}

/** The filters that the page offers. The first one is empty, and the page fills it in. The others find a record. */
function filterExamples (record: Record<string, unknown>) {
  const fields = ['id', 'name', 'status', 'ipAddress', 'fqdn', 'mac'].filter(field => field in record)
  const texts = fields.map(field => `(${field}='${String(record[field])}')`)
  return Object.fromEntries([['all', { summary: 'Every record', value: '' }], ...texts.map((value, index) =>
    [`by ${fields[index]}`, { value }])])
}

/** The tags of the control operations. A tag is the first segment of their paths; `server` covers the rest. */
const controlTags = [
  { name: 'rules', description: 'What the server does with matching requests, for example fail or delay them.' },
  { name: 'records', description: "Records in any state, without OVOC's own restrictions on changes." },
  { name: 'requests', description: 'The requests that a sandbox received: read, follow, verify or wait for them.' },
  { name: 'sandboxes', description: 'Independent simulated OVOCs on one server: list, open, drop and reset them.' },
  { name: 'clock', description: 'The time in a sandbox: set, advance, freeze or release it.' },
  { name: 'snapshots', description: 'States of a sandbox that are kept under a name and can be restored.' },
  { name: 'server', description: 'The server itself: its health and its fixtures.' }
]

/** Makes @fastify/swagger describe the routes that control the simulator. `root` is as in describeApi. */
export async function describeControl (app: OvocApp, root: string): Promise<void> {
  const openapi: Partial<OpenApi.Document> = {
    info: {
      title: 'Control of ovoc-mock',
      version,
      description: 'Control of the simulator by tests. Each request is for one sandbox. The header ' +
        '`X-Ovoc-Mock-Sandbox` or the path prefix `/__sandbox/{name}` names it; without them it is the default one.',
      license
    },
    servers: [
      { url: '/', description: 'The default sandbox' },
      { url: '/__sandbox/{name}', description: 'A sandbox', variables: { name: { default: 'default' } } }
    ],
    tags: controlTags,
    components: {
      securitySchemes: {
        adminToken: { type: 'http', scheme: 'bearer', description: 'The value of the option admin-token, if it is set' }
      }
    },
    security: [{}, { adminToken: [] }]
  }
  const sandboxHeader = {
    name: 'X-Ovoc-Mock-Sandbox',
    in: 'header',
    description: 'Name of the sandbox that the request is for',
    schema: { type: 'string', pattern: sandboxNameFormat.pattern.source }
  } as const

  await describe(app, root, openapi, (document, operations) => {
    for (const operation of operations) operation.parameters = [...operation.parameters ?? [], sandboxHeader]
    for (const [path, item] of Object.entries(document.paths as object)) {
      const [, , segment] = path.split('/')
      const named = segment === 'reset' ? 'sandboxes' : segment
      const tag = controlTags.some(({ name }) => name === named) ? named : 'server'
      for (const operation of Object.values<Operation>(item)) operation.tags = [tag as string]
    }
    // The server checks this itself, because its messages are clearer than those of a schema.
    const anyOf = (names: string[]) => {
      const [first, ...others] = names.map(name => ({ required: [name] }))
      return others.length === 0 ? first : { anyOf: [first, ...others] }
    }
    const every = ['preset', ...effectKinds.flat()]
    const oneOf = [['preset'], ...effectKinds, ['delay']].map(kind => {
      const others = [...every, ...kind[0] === 'preset' ? ['delay'] : []].filter(name => !kind.includes(name))
      return { ...anyOf(kind), properties: Object.fromEntries(others.map(name => [name, false])) }
    })
    Object.assign(document.components?.schemas?.RuleCreation as object, { oneOf })
  })
}

async function describe (
  app: OvocApp, root: string, openapi: Partial<OpenApi.Document>,
  finish: (document: OpenApi.Document, operations: Operation[]) => void
): Promise<void> {
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', ...openapi },
    // Names components after their schemas.
    refResolver: { buildLocalReference: json => json.$id as string },
    // Marks the operations whose body may be left out.
    transform: ({ schema, url }) => {
      const isOptional = (schema?.body as { 'x-optional'?: boolean } | undefined)?.['x-optional']
      return { url, schema: isOptional ? { ...schema, 'x-optional-body': true } : schema }
    },
    transformObject: made => {
      const { openapiObject: document } = made as { openapiObject: OpenApi.Document }
      const operations = Object.values(document.paths as object).flatMap(path => Object.values<Operation>(path))
      finish(document, operations)
      // Set the servers only now: @fastify/swagger would compare them with the paths before.
      const servers = openapi.servers as OpenApi.ServerObject[]
      document.servers = servers.map(({ url, ...rest }) => ({ url: root + url, ...rest }))

      for (const operation of operations) {
        const body = operation.requestBody as OpenApi.RequestBodyObject | undefined
        if (body === undefined) continue
        // @fastify/swagger marks every body as required, so correct it for optional ones.
        if (operation['x-optional-body']) body.required = false
        delete operation['x-optional-body']

        // Many tools look for an example only beside the schema, and invent one if there is none.
        const media = body.content['application/json'] as { schema: { $ref: string }, example?: unknown }
        const name = media.schema.$ref.split('/').at(-1) as string
        const { examples } = document.components?.schemas?.[name] as { examples?: unknown[] }
        if (examples !== undefined) media.example = examples[0]
      }
      return document
    }
  })
}

import type { FastifyInstance, FastifySchema } from 'fastify'
import { basePaths } from './base-paths.ts'

/** The names of an object's fields, each with the fields inside it. A field that is not an object has none. */
export interface Fields { [name: string]: Fields }

/** The requests and responses of an operation, from its route and schema. */
export interface CataloguedOperation {
  /** The operationId. */
  operation: string
  /** The name of the resource, which is the operation's tag. */
  resource: string
  method: string
  /** The path below the base path, with parameters such as `:id`. */
  path: string
  /** The names in the path. */
  params: string[]
  /** The parameters that its query may have. */
  query: string[]
  /** The fields that its body may have. Empty if it accepts no body. */
  bodyFields: Fields
  /** The documented statuses. */
  statuses: number[]
}

/** OVOC's operations by operationId. A request has its own in `request.routeOptions.schema.operationId`. */
export type Catalogue = ReadonlyMap<string, CataloguedOperation>

/** Lists the operations that are registered in this scope from now on. */
export function catalogueOf (app: FastifyInstance): Catalogue {
  const catalogue = new Map<string, CataloguedOperation>()
  app.addHook('onRoute', function (route) {
    const operationId = route.schema?.operationId
    // Fastify adds a HEAD to each GET, with its schema.
    if (operationId === undefined || route.method === 'HEAD') return
    const schema = route.schema as FastifySchema & { tags: [string], response: object }
    catalogue.set(operationId, {
      operation: operationId,
      resource: schema.tags[0],
      method: String(route.method),
      path: route.url.slice(basePaths[0].length),
      params: Object.keys(fieldsOf(schema.params, this)),
      query: Object.keys(fieldsOf(schema.querystring, this)),
      bodyFields: fieldsOf(schema.body, this),
      statuses: Object.keys(schema.response).map(Number)
    })
  })
  return catalogue
}

// A named schema is known only in the scope of its routes.
function fieldsOf (schema: unknown, app: FastifyInstance): Fields {
  const { $ref, properties = {} } = (schema ?? {}) as { $ref?: string, properties?: object }
  if ($ref !== undefined) return fieldsOf(app.getSchema($ref.replace(/#$/, '')), app)
  return Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, fieldsOf(field, app)]))
}

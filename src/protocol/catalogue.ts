import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify'
import { doors, isOvocPath } from './doors.ts'

/** What an operation takes and answers, from its route and schema. */
export interface CataloguedOperation {
  /** The operationId. */
  operation: string
  /** The name of the resource, which is the operation's tag. */
  resource: string
  method: string
  /** The path below the door, such as `/topology/devices/:id`. */
  url: string
  /** The names in the path. */
  params: string[]
  /** The top-level fields that its body may have; none where it takes no body. */
  bodyFields: string[]
  /** The documented ones. */
  statuses: number[]
}

/** OVOC's operations by operationId; `request.routeOptions.schema.operationId` is that of a request. */
export type Catalogue = ReadonlyMap<string, CataloguedOperation>

/** Lists the operations that are registered from now on. */
export function catalogueOf (app: FastifyInstance): Catalogue {
  const catalogue = new Map<string, CataloguedOperation>()
  app.addHook('onRoute', function (route) {
    const operationId = route.schema?.operationId
    // Fastify adds a HEAD to each GET, with its schema.
    if (operationId === undefined || route.method === 'HEAD' || !isOvocPath(route.url)) return
    catalogue.set(operationId, describe(operationId, route, this))
  })
  return catalogue
}

function describe (operation: string, { method, url, schema }: RouteOptions, app: FastifyInstance): CataloguedOperation {
  const { tags, params, body, response } = schema as FastifySchema & { tags: [string], response: object }
  return {
    operation,
    resource: tags[0],
    method: String(method),
    url: url.slice(doors[0].length),
    params: fieldsOf(params, app),
    bodyFields: fieldsOf(body, app),
    statuses: Object.keys(response).map(Number)
  }
}

// A named schema is known to the scope of its routes alone.
function fieldsOf (schema: unknown, app: FastifyInstance): string[] {
  const { $ref, properties = {} } = (schema ?? {}) as { $ref?: string, properties?: object }
  return $ref === undefined ? Object.keys(properties) : fieldsOf(app.getSchema($ref.replace(/#$/, '')), app)
}

import type { Static, TSchema } from 'typebox'
import { basePaths } from '../protocol/base-paths.ts'
import { ErrorSchema } from '../protocol/error-responses.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { sharedSchemas } from '../schema/statuses.ts'
import { callApi } from './calls/routes.ts'
import { channelApi } from './channels/routes.ts'
import { customerApi } from './customers/routes.ts'
import { deviceApi } from './devices/routes.ts'
import { fileApi } from './files/routes.ts'
import { fwdRuleApi } from './fwdRules/routes.ts'
import { rejectedEndpointApi } from './rejectedEndpoints/routes.ts'
import { serviceApi } from './services/routes.ts'

/** Every resource of this OVOC. Everything that lists resources follows this list, in its order. */
const apis = [
  customerApi,
  channelApi,
  serviceApi,
  deviceApi,
  callApi,
  fwdRuleApi,
  fileApi,
  rejectedEndpointApi
] as const

type Api = (typeof apis)[number]

/** The name of a resource: the path's last segment. */
export type ResourceName = Api['resource']['name']

/** A whole record of the named resource. */
export type RecordOf<Name extends ResourceName> = ReturnType<Extract<Api['resource'], { name: Name }>['generate']>

type OperationsOf<One> = One extends { operations: infer Operations } ? (operations: Operations) => void : never
type Operations = OperationsOf<Api> extends (operations: infer All) => void ? All : never

/** The operationId of an operation, as the OpenAPI document has it. */
export type OperationId = keyof Operations

type JsonOf<Schema> = Schema extends TSchema ? Static<Schema> : unknown

/** The body of an operation's request. */
export type RequestBodyOf<Id extends OperationId> = Operations[Id] extends { body: infer Body } ? JsonOf<Body> : null

type JsonContent<Schema> = { content: { 'application/json': { schema: Schema } } }

/** The body of an operation's response if it succeeds. */
export type ResponseBodyOf<Id extends OperationId> =
  Operations[Id]['response'] extends { 201: JsonContent<infer Schema> } ? JsonOf<Schema> :
    Operations[Id]['response'] extends { 200: JsonContent<infer Schema> } ? JsonOf<Schema> : unknown

/** The definitions of all resources. */
export const resources = apis.map(({ resource }) => resource)

/** The names of all resources. */
export const resourceNames: readonly ResourceName[] = resources.map(({ name }) => name)

/**
 * What an OVOC is known to have but this one does not simulate, as no public source shows its shape: name by path. The
 * paths are assumed by analogy. Only `topology/statistics/devices` is observed: one program requests it.
 */
export const notSimulated: ReadonlyMap<string, string> = new Map([
  ['/topology/tenants', 'tenants'],
  ['/topology/regions', 'regions'],
  ['/topology/sites', 'sites'],
  ['/topology/links', 'links'],
  ['/topology/logos', 'logos'],
  ['/topology/statistics/devices', 'device statistics'],
  ['/alarms/activeAlarms', 'active alarms'],
  ['/alarms/historyAlarms', 'history alarms'],
  ['/security/users', 'users'],
  ['/system/licenses', 'licences']
])

/** The tags of the operations: one per resource, with the resource's name. */
export const tags = apis.map(({ resource: { name }, description }) => ({ name, description }))

/** The schemas of every operation of OVOC, by operationId. */
export const operations = Object.assign({}, ...apis.map(({ operations }) => operations)) as Operations

/** Registers every operation of OVOC, under its first base path. */
export async function registerOperations (app: OvocApp): Promise<void> {
  for (const schema of [ErrorSchema, ...sharedSchemas]) app.addSchema(schema)
  await app.register(async scope => { for (const { addRoutes } of apis) addRoutes(scope) }, { prefix: basePaths[0] })
}

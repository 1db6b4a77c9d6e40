import { doors } from '../protocol/doors.ts'
import { ErrorSchema } from '../protocol/errors.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { sharedSchemas } from '../schema/statuses.ts'
import { calls } from './calls/generate.ts'
import { callOperations, callRoutes } from './calls/routes.ts'
import { channels } from './channels/generate.ts'
import { channelOperations, channelRoutes } from './channels/routes.ts'
import { customers } from './customers/generate.ts'
import { customerOperations, customerRoutes } from './customers/routes.ts'
import { devices } from './devices/generate.ts'
import { deviceOperations, deviceRoutes } from './devices/routes.ts'
import { files } from './files/generate.ts'
import { fileOperations, fileRoutes } from './files/routes.ts'
import { fwdRules } from './fwdRules/generate.ts'
import { fwdRuleOperations, fwdRuleRoutes } from './fwdRules/routes.ts'
import { rejectedEndpoints } from './rejectedEndpoints/generate.ts'
import { rejectedEndpointOperations, rejectedEndpointRoutes } from './rejectedEndpoints/routes.ts'
import { services } from './services/generate.ts'
import { serviceOperations, serviceRoutes } from './services/routes.ts'

export { notSimulated } from './not-simulated.ts'

/** Every kind of record. */
export const resources = [customers, channels, services, devices, calls, fwdRules, files, rejectedEndpoints] as const

type KnownResource = (typeof resources)[number]

/** The name of a resource: the path's last segment. */
export type ResourceName = KnownResource['name']

/** A whole record of the named resource. */
export type RecordOf<Name extends ResourceName> = ReturnType<Extract<KnownResource, { name: Name }>['generate']>

/** The schemas of every operation of OVOC, by operationId. */
export const operations = {
  ...customerOperations,
  ...channelOperations,
  ...serviceOperations,
  ...deviceOperations,
  ...callOperations,
  ...fwdRuleOperations,
  ...fileOperations,
  ...rejectedEndpointOperations
}

/** The operationId of an operation, as the OpenAPI document has it. */
export type OperationId = keyof typeof operations

const routes = [customerRoutes, channelRoutes, serviceRoutes, deviceRoutes, callRoutes, fwdRuleRoutes, fileRoutes, rejectedEndpointRoutes]

/** Registers every operation of OVOC, under its first door. */
export async function registerOperations (app: OvocApp): Promise<void> {
  for (const schema of [ErrorSchema, ...sharedSchemas]) app.addSchema(schema)
  await app.register(async scope => { for (const add of routes) add(scope) }, { prefix: doors[0] })
}

import type { Resource } from '../dataset/resource.ts'
import { doors } from '../protocol/doors.ts'
import { ErrorSchema } from '../protocol/errors.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { sharedSchemas } from '../schema/statuses.ts'
import { calls } from './calls/generate.ts'
import { callRoutes } from './calls/routes.ts'
import { channels } from './channels/generate.ts'
import { channelRoutes } from './channels/routes.ts'
import { customers } from './customers/generate.ts'
import { customerRoutes } from './customers/routes.ts'
import { devices } from './devices/generate.ts'
import { deviceRoutes } from './devices/routes.ts'
import { files } from './files/generate.ts'
import { fileRoutes } from './files/routes.ts'
import { fwdRules } from './fwdRules/generate.ts'
import { fwdRuleRoutes } from './fwdRules/routes.ts'
import { rejectedEndpoints } from './rejectedEndpoints/generate.ts'
import { rejectedEndpointRoutes } from './rejectedEndpoints/routes.ts'
import { services } from './services/generate.ts'
import { serviceRoutes } from './services/routes.ts'

export { notSimulated } from './not-simulated.ts'

/** Every kind of record. */
export const resources: readonly Resource[] = [customers, channels, services, devices, calls, fwdRules, files, rejectedEndpoints] as Resource<any>[]

const routes = [customerRoutes, channelRoutes, serviceRoutes, deviceRoutes, callRoutes, fwdRuleRoutes, fileRoutes, rejectedEndpointRoutes]

/** Registers every operation of OVOC, under its first door. */
export async function registerOperations (app: OvocApp): Promise<void> {
  for (const schema of [ErrorSchema, ...sharedSchemas]) app.addSchema(schema)
  await app.register(async scope => { for (const add of routes) add(scope) }, { prefix: doors[0] })
}

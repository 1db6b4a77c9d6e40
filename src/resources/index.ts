import type { Resource } from '../dataset/resource.ts'
import { doors } from '../protocol/doors.ts'
import { ErrorSchema } from '../protocol/errors.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { sharedSchemas } from '../schema/statuses.ts'
import { channels } from './channels/generate.ts'
import { channelRoutes } from './channels/routes.ts'
import { customers } from './customers/generate.ts'
import { customerRoutes } from './customers/routes.ts'
import { services } from './services/generate.ts'
import { serviceRoutes } from './services/routes.ts'

/** Every kind of record. */
export const resources: readonly Resource[] = [customers as Resource, channels as Resource, services as Resource]

const routes = [customerRoutes, channelRoutes, serviceRoutes]

/** Registers every operation of OVOC, under its first door. */
export async function registerOperations (app: OvocApp): Promise<void> {
  for (const schema of [ErrorSchema, ...sharedSchemas]) app.addSchema(schema)
  await app.register(async scope => { for (const add of routes) add(scope) }, { prefix: doors[0] })
}

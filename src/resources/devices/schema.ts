import * as Type from 'typebox'
import type { Static } from 'typebox'
import { assumed, observed, Id, IpAddress, nullable, strictObject } from '../../schema/primitives.ts'

const adapter = assumed('an inventory adapter reads such a field; its name and the spelling of its values ' +
  'are not public')

/** A device's record, with the fields that programs in use read. */
export const DeviceSchema = strictObject({
  id: Id,
  url: Type.String({ description: 'Path from which the record can be retrieved' }),
  description: nullable(Type.String()),
  ipAddress: IpAddress,
  name: Type.String({ 'x-evidence': adapter }),
  fqdn: nullable(Type.String({
    description: 'Null if the device is known only by its address',
    'x-evidence': observed('a program filters on it')
  })),
  serialNumber: Type.String({ 'x-evidence': adapter }),
  productType: Type.String({ 'x-evidence': adapter }),
  softwareVersion: Type.String({ 'x-evidence': adapter }),
  region: nullable(Type.String({ description: 'Name of the region', 'x-evidence': adapter }))
}, { $id: 'Device', description: 'A session border controller, gateway or telephone that OVOC manages' })

export interface Device extends Static<typeof DeviceSchema> {}

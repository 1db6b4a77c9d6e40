import * as Type from 'typebox'
import type { Static } from 'typebox'
import { assumed, Count, DateTime, Guid, Id, nullable, oneOf, ref, strictObject } from '../../schema/primitives.ts'
import { serviceTypes } from '../../schema/service-types.ts'
import { ManagementStatusSchema, VoiceQualitySchema } from '../../schema/statuses.ts'

const onlyNullIsSeen = assumed('only null has been observed; the type is by analogy')
const PerDeviceType = strictObject({ personal: Count, meeting: Count })
const Percentage = Type.Integer({ minimum: 0, description: 'Share of the maximum, rounded down' })

const DeviceManagerParams = strictObject({
  deviceType: Type.String({ description: 'PERSONAL_AND_MEETING is the only known value' }),
  password: nullable(Type.String({ 'x-evidence': onlyNullIsSeen })),
  devicesCount: PerDeviceType,
  maxDevicesMeeting: Count,
  maxDevicesPersonal: Count,
  devicesPercentagePersonal: Percentage,
  user: nullable(Type.String({ 'x-evidence': onlyNullIsSeen })),
  serviceDeviceUrl: nullable(Type.String({
    description: 'Address for the devices. It contains the serviceId',
    'x-evidence': assumed('that it can be null')
  })),
  devicesPercentageMeeting: Percentage,
  disconnectedDevices: PerDeviceType
}, { 'x-evidence': assumed('that it is null on a service that is not a Device Manager') })

/** Keys in the order of AudioCodes' documented response, as far as its public copy goes. */
export const ServiceSchema = strictObject({
  elementsCount: strictObject({ total: Count, devices: Count, links: Count, sites: Count }),
  deviceManagerParams: nullable(DeviceManagerParams),
  lcCustomerId: nullable({
    ...Id,
    description: 'Id of the customer that the service is attached to',
    'x-evidence': assumed('null on a service without a customer')
  }),
  umpUsersSuspendAlarmStatus: Count,
  description: nullable(Type.String()),
  type: oneOf(['SERVICE']),
  applicationsStatus: strictObject({
    management: strictObject({
      managementStatus: ManagementStatusSchema,
      serviceDeployStatus: Type.String({ description: 'DEPLOYED is the only known value' })
    }),
    voiceQuality: ref(VoiceQualitySchema)
  }),
  attachedSites: Type.Array(Id),
  licenseType: Type.String({ description: 'PRO_IMTR is the only known value' }),
  serviceDeviceId: nullable({ ...Id, 'x-evidence': onlyNullIsSeen }),
  attachedLinks: Type.Array(Id, { 'x-evidence': assumed('only the empty list has been observed') }),
  serviceUcaasTenantId: nullable({
    ...Guid,
    description: 'a GUID in lower case: the Microsoft Entra tenant of the customer',
    'x-evidence': assumed('null if the customer has none')
  }),
  id: Id,
  serviceId: nullable({ ...Guid, 'x-evidence': assumed('that it can be null') }),
  disabledTime: nullable({ ...DateTime, 'x-evidence': onlyNullIsSeen }),
  usedDIDs: { ...Count, description: 'How many direct inward dialling numbers are in use' },
  definedAt: DateTime,
  serviceSource: oneOf([...serviceTypes], {
    'x-evidence': assumed('DM is observed here; the others are the service types of a customer')
  }),
  freeDIDs: Count,
  attachedDevices: Type.Array(Id, {
    'x-evidence': assumed('only the empty list has been observed; the items are device ids')
  }),
  fullName: nullable(Type.String()),
  usersCount: nullable({ ...Count, 'x-evidence': onlyNullIsSeen })
}, { $id: 'Service', description: 'A service that a customer has' })

export interface Service extends Static<typeof ServiceSchema> {}

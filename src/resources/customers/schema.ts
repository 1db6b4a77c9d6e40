import * as Type from 'typebox'
import type { Static } from 'typebox'
import { assumed, DateTime, Guid, Id, nullable, ref, strictObject } from '../../schema/primitives.ts'
import { serviceTypes } from '../../schema/service-types.ts'
import type { ServiceType } from '../../schema/service-types.ts'
import { ManagementStatusSchema, VoiceQualitySchema } from '../../schema/statuses.ts'

const Service = strictObject({
  meteringTag: Type.String({ description: 'The "Live Setup ID" of the portal, empty if unset' })
})

const Services = strictObject(
  Object.fromEntries(serviceTypes.map(type => [type, Type.Optional(Service)])) as
    Record<ServiceType, Type.TOptional<typeof Service>>,
  { description: 'The supported services by service type' }
)

const contact = nullable(Type.String())

/** A customer's record. Keys are in the order of AudioCodes' documented response. */
export const CustomerSchema = strictObject({
  definedAt: DateTime,
  iamAccountId: {
    ...Guid,
    description: 'a GUID in lower case: account in the identity and access management of Live Platform'
  },
  fullName: nullable(Type.String()),
  description: nullable(Type.String()),
  services: Services,
  applicationsStatus: strictObject({
    management: strictObject({ managementStatus: ManagementStatusSchema }),
    voiceQuality: ref(VoiceQualitySchema)
  }),
  adGroupId: nullable({
    ...Guid,
    description: 'a GUID in lower case: object id of the Entra group that operators are limited to'
  }),
  url: Type.String({ description: 'Path from which the record can be retrieved' }),
  msTenantId: nullable({ ...Guid, description: 'a GUID in lower case: the Microsoft Entra tenant of the customer' }),
  attachedServices: Type.Array(Id, { description: 'Ids of the services that are attached to the customer' }),
  name: Type.String({ description: 'Customer name' }),
  tenantId: { ...Id, description: 'Id of the service-provider tenant that owns the customer' },
  id: Id,
  logoId: nullable(Id),
  channelId: nullable({ ...Id, description: 'Id of the attached channel' }),
  contacts: strictObject({
    secondaryEmail: contact,
    phone: contact,
    generalInfo: contact,
    email: contact,
    secondaryPhone: contact
  }),
  status: ManagementStatusSchema
}, { $id: 'Customer', description: 'A Live Platform customer' })

export interface Customer extends Static<typeof CustomerSchema> {}

const {
  fullName, description, adGroupId, msTenantId, logoId, channelId, name, services, contacts, ...readOnlyFields
} = CustomerSchema.properties

/** The fields that an update may repeat but not change. */
export const readOnlyFieldNames = Object.keys(readOnlyFields)

/** What the portal accepts as a new name. Source: the documents of the sibling portal API. */
export const nameRule = {
  pattern: /^[^\\/:*?"<>|.\s]{3,15}$/,
  description: 'a name of 3 to 15 characters without spaces, dots and \\ / : * ? " < > |'
}

/** The body of an update. */
export const CustomerUpdateSchema = Type.Partial(Type.Object({
  fullName,
  description,
  adGroupId,
  msTenantId,
  logoId,
  channelId,
  name: { ...name, description: `A new value must be ${nameRule.description}` },
  services,
  contacts: Type.Partial(contacts, { additionalProperties: false }),
  ...readOnlyFields
}), {
  $id: 'CustomerUpdate',
  // The documentation page fills in the first one, so trying out the documented retrieval changes nothing.
  examples: [{}, { description: 'changed', contacts: { email: 'brad@example.com' } }],
  additionalProperties: false,
  description: `The fields to change. ${readOnlyFieldNames.join(', ')} may be sent, but only with their present value.`,
  'x-evidence': assumed('programs in use update another OVOC resource with a PUT of only the fields that change')
})

export type CustomerUpdate = Static<typeof CustomerUpdateSchema>

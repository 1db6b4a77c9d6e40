import * as Type from 'typebox'
import type { Static } from 'typebox'
import { assumed, documented, Count, DateTime, Guid, Id, nullable, strictObject } from '../../schema/primitives.ts'

const followsFromOthers = assumed('the page is cut before this field; the field follows from the pages ' +
  'of the other operations')
const onlyNullIsSeen = assumed('only null has been observed; the type is by analogy')

const meteringTag = Type.String({ description: 'The "Live Setup ID" of the portal, empty when unset' })
const enabled = Type.Boolean()
const Service = strictObject({ meteringTag, enabled })

function serviceWith<Info extends Type.TProperties> (info: Info) {
  return strictObject({ meteringTag, enabled, info: strictObject(info) })
}

const Services = strictObject({
  LIVE_CX: Service,
  WEBEX_CLOUD_CONNECT: Service,
  MI_REGIONAL: serviceWith({}),
  DM: Service,
  LIVEHUB: Service,
  GENERIC: Service,
  STNG_REGIONAL: Service,
  OC: Service,
  SMART_TAP: strictObject({ enabled }),
  WEBEX_LGW: Service,
  MEETING_INSIGHTS: serviceWith({ enableCustomTemplateManagement: Type.Boolean() }),
  ZOOM: Service,
  LTC: Service,
  STNG: Service,
  HYBRID_ENTITIES: Service,
  VOCA: serviceWith({
    subRegionalVocaIds: Type.Array(Id, {
      'x-evidence': assumed('only the empty list has been observed')
    })
  })
}, { description: 'Every service type, and whether the channel offers it' })

export type ChannelServices = Static<typeof Services>
export type ChannelServiceType = keyof ChannelServices

const AppRegistrationSettings = strictObject({
  msTenantId: Guid,
  clientId: Type.String({ description: 'Empty when unset' }),
  cloudUrl: Type.String(),
  displayName: nullable(Type.String({ 'x-evidence': onlyNullIsSeen })),
  identityAuthority: Type.String({ description: 'MS_ENTRA_PUBLIC is the only known value' }),
  urlMode: Type.String({ description: 'organizations is the only known value' }),
  clientSecret: Type.String({ description: 'Empty when unset' }),
  portalFqdn: Type.String({ 'x-evidence': assumed('the page is cut before the value') })
})

/** Keys in the order of AudioCodes' documented response, as far as its public copy goes. */
export const ChannelSchema = strictObject({
  definedAt: DateTime,
  adGroupName: nullable(Type.String({ 'x-evidence': onlyNullIsSeen })),
  dmSourceEmail: nullable(Type.String({ 'x-evidence': onlyNullIsSeen })),
  iamAccountId: {
    ...Guid,
    description: 'a GUID in lower case: account in the identity and access management of Live Platform'
  },
  lastChanged: DateTime,
  description: nullable(Type.String()),
  maxCustomers: Count,
  services: Services,
  adGroupId: nullable({ ...Guid, 'x-evidence': onlyNullIsSeen }),
  url: Type.String({ description: 'Path from which the record can be retrieved' }),
  msTenantId: { ...Guid, description: 'a GUID in lower case: the Microsoft Entra tenant of the channel' },
  vocaProviderId: nullable({ ...Id, 'x-evidence': onlyNullIsSeen }),
  servicesNumber: { ...Count, description: 'How many services are enabled' },
  appRegistrationSettings: AppRegistrationSettings,
  id: { ...Id, 'x-evidence': followsFromOthers },
  name: Type.String({ 'x-evidence': followsFromOthers }),
  tenantId: {
    ...Id,
    description: 'Id of the service-provider tenant that owns the channel',
    'x-evidence': followsFromOthers
  }
}, {
  $id: 'Channel',
  description: 'A channel: the customers of a service provider, and the services that they can have'
})

export interface Channel extends Static<typeof ChannelSchema> {}

const olderText = documented('an older text of the same page')

/** The body of a request that creates a channel. */
export const ChannelCreationSchema = strictObject({
  name: Type.String({
    pattern: '\\S',
    description: 'a name that is not blank',
    'x-evidence': assumed('no public source gives the rules for names')
  }),
  tenantId: { ...Id, description: 'Id of the service-provider tenant that owns the channel' },
  msTenantId: { ...Guid, description: 'a GUID in lower case: the Microsoft Entra tenant of the channel' },
  description: Type.Optional(Type.String({ 'x-evidence': olderText })),
  operatorConnectEnabled: Type.Optional(Type.Boolean({
    description: 'Whether the service OC is enabled; true if left out',
    'x-evidence': olderText
  }))
}, {
  $id: 'ChannelCreation',
  description: 'The channel to create',
  examples: [{ name: 'BBOChannel', tenantId: 868, msTenantId: 'f79a7f93-5ef7-47d2-92c8-e4570503cec3' }]
})

export type ChannelCreation = Static<typeof ChannelCreationSchema>

/** The response to the creation of a channel. */
export const CreatedChannelSchema = strictObject({
  id: Id,
  url: Type.String({
    description: 'As in the record, but without the leading slash. OVOC leaves it out only here'
  })
}, { $id: 'CreatedChannel' })

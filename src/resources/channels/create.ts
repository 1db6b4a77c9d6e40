import { formatDateTime } from '../../schema/primitives.ts'
import type { SomeOf } from '../../schema/primitives.ts'
import type { Channel, ChannelCreation, ChannelServiceType, ChannelServices } from './schema.ts'

/** Path from which a channel can be retrieved. */
export function urlOf (id: number): string {
  return `/ovoc/v1/topology/channels/${id}`
}

/** Returns the record of a new channel, with defaults for what its creator leaves out. */
export function createChannel (
  id: number,
  now: Date,
  { name, tenantId, msTenantId, description = null, operatorConnectEnabled = true }: Creation
): Channel {
  const services = servicesWith(type => type === 'OC' && operatorConnectEnabled)
  return {
    definedAt: formatDateTime(now),
    adGroupName: null,
    dmSourceEmail: null,
    iamAccountId: accountOf(id),
    lastChanged: formatDateTime(now),
    description,
    maxCustomers: 0,
    services,
    adGroupId: null,
    url: urlOf(id),
    msTenantId,
    vocaProviderId: null,
    servicesNumber: countEnabled(services),
    appRegistrationSettings: registrationIn(msTenantId),
    id,
    name,
    tenantId
  }
}

type Creation = Omit<ChannelCreation, 'description'> & { description?: string | null }

// A random GUID would differ from run to run. Ids have up to 14 hexadecimal digits.
function accountOf (id: number): string {
  const digits = id.toString(16).padStart(15, '0')
  return `00000000-0000-4000-8${digits.slice(0, 3)}-${digits.slice(3)}`
}

/** Returns every service type, enabled or not. */
export function servicesWith (isEnabled: (type: ChannelServiceType) => boolean): ChannelServices {
  const service = (type: ChannelServiceType) => ({ meteringTag: '', enabled: isEnabled(type) })
  return {
    LIVE_CX: service('LIVE_CX'),
    WEBEX_CLOUD_CONNECT: service('WEBEX_CLOUD_CONNECT'),
    MI_REGIONAL: { ...service('MI_REGIONAL'), info: {} },
    DM: service('DM'),
    LIVEHUB: service('LIVEHUB'),
    GENERIC: service('GENERIC'),
    STNG_REGIONAL: service('STNG_REGIONAL'),
    OC: service('OC'),
    SMART_TAP: { enabled: isEnabled('SMART_TAP') },
    WEBEX_LGW: service('WEBEX_LGW'),
    MEETING_INSIGHTS: { ...service('MEETING_INSIGHTS'), info: { enableCustomTemplateManagement: false } },
    ZOOM: service('ZOOM'),
    LTC: service('LTC'),
    STNG: service('STNG'),
    HYBRID_ENTITIES: service('HYBRID_ENTITIES'),
    VOCA: { ...service('VOCA'), info: { subRegionalVocaIds: [] } }
  }
}

const types = Object.keys(servicesWith(() => true)) as ChannelServiceType[]

/** Counts the enabled services. The count is NaN if it is not known of each service whether it is enabled. */
export function countEnabled (services: SomeOf<ChannelServices>): number {
  return types.reduce((count, type) => count + Number(services[type]?.enabled), 0)
}

function registrationIn (msTenantId: string): Channel['appRegistrationSettings'] {
  return {
    msTenantId,
    clientId: '',
    cloudUrl: 'https://login.microsoftonline.com/',
    displayName: null,
    identityAuthority: 'MS_ENTRA_PUBLIC',
    urlMode: 'organizations',
    clientSecret: '',
    portalFqdn: ''
  }
}

/**
 * The types of the services that a customer can have, in the order in which OVOC writes them.
 * Source: AudioCodes' documented customer.
 */
export const serviceTypes = [
  'LIVE_CX', 'WEBEX_CLOUD_CONNECT', 'MI_REGIONAL', 'GENERIC', 'STNG_REGIONAL', 'OC', 'ZOOM', 'DM', 'LTC',
  'HYBRID_ENTITIES', 'VOCA'
] as const

export type ServiceType = typeof serviceTypes[number]

/**
 * The types of generated services. Repeats set how frequent a type is, and neighbours differ. Every generated channel
 * has all of them enabled.
 */
export const generatedServiceTypes: readonly ServiceType[] = [
  'DM', 'LTC', 'OC', 'ZOOM', 'DM', 'LTC', 'OC', 'WEBEX_CLOUD_CONNECT', 'LIVE_CX', 'GENERIC', 'VOCA'
]

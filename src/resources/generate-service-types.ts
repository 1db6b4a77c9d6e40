import type { ServiceType } from '../schema/service-types.ts'

/** The types of generated services, each in its share, neighbours unlike; every generated channel has them enabled. */
export const generatedServiceTypes: readonly ServiceType[] = ['DM', 'LTC', 'OC', 'ZOOM', 'DM', 'LTC', 'OC', 'WEBEX_CLOUD_CONNECT', 'LIVE_CX', 'GENERIC', 'VOCA']

import { repeatProblems, valueProblems } from '../../dataset/resource.ts'
import { quote } from '../../schema/quote.ts'
import type { Service } from './schema.ts'

/** What does not add up in a service. */
export function checkService ({ elementsCount: count, attachedDevices, attachedLinks, attachedSites, deviceManagerParams: params, serviceId }: Partial<Service>): string[] {
  const problems = [
    ...valueProblems('/elementsCount/total', count?.total, count && count.devices + count.links + count.sites),
    ...valueProblems('/elementsCount/devices', count?.devices, attachedDevices?.length),
    ...valueProblems('/elementsCount/links', count?.links, attachedLinks?.length),
    ...valueProblems('/elementsCount/sites', count?.sites, attachedSites?.length),
    ...repeatProblems('/attachedLinks', attachedLinks),
    ...repeatProblems('/attachedSites', attachedSites)
  ]
  if (!params) return problems

  const { devicesCount: devices, disconnectedDevices: disconnected, serviceDeviceUrl: address } = params
  const place = '/deviceManagerParams'
  problems.push(
    ...valueProblems(`${place}/devicesPercentagePersonal`, params.devicesPercentagePersonal, percentageOf(devices.personal, params.maxDevicesPersonal)),
    ...valueProblems(`${place}/devicesPercentageMeeting`, params.devicesPercentageMeeting, percentageOf(devices.meeting, params.maxDevicesMeeting))
  )
  for (const type of ['personal', 'meeting'] as const) {
    if (disconnected[type] <= devices[type]) continue
    problems.push(`${place}/disconnectedDevices/${type} must be ${devices[type]} at most, since there are no more devices, got ${disconnected[type]}`)
  }
  if (address !== null && serviceId && !address.includes(serviceId)) {
    problems.push(`${place}/serviceDeviceUrl must be an address that has ${serviceId} in it, got ${quote(address)}`)
  }
  return problems
}

/** Rounded down, as in AudioCodes' documented answer; nothing of nothing is 0. */
export function percentageOf (count: number, max: number): number {
  return max === 0 ? 0 : Math.floor(100 * count / max)
}

import { repeatProblems, valueProblems } from '../../dataset/resource.ts'
import { quote } from '../../schema/quote.ts'
import type { Service } from './schema.ts'

/** What does not add up in a service. */
export function checkService (service: Partial<Service>): string[] {
  const { elementsCount: count, deviceManagerParams: params, attachedDevices, attachedLinks, attachedSites } = service
  const problems = [
    ...valueProblems('/elementsCount/total', count?.total, count && count.devices + count.links + count.sites),
    ...valueProblems('/elementsCount/devices', count?.devices, attachedDevices?.length),
    ...valueProblems('/elementsCount/links', count?.links, attachedLinks?.length),
    ...valueProblems('/elementsCount/sites', count?.sites, attachedSites?.length),
    ...repeatProblems('/attachedLinks', attachedLinks),
    ...repeatProblems('/attachedSites', attachedSites)
  ]
  if (!params) return problems

  const at = '/deviceManagerParams'
  const { devicesCount: has, disconnectedDevices: lost, serviceDeviceUrl: address } = params
  for (const type of ['Personal', 'Meeting'] as const) {
    const percentage = percentageOf(has[type.toLowerCase() as 'personal' | 'meeting'], params[`maxDevices${type}`])
    problems.push(...valueProblems(`${at}/devicesPercentage${type}`, params[`devicesPercentage${type}`], percentage))
  }
  for (const type of ['personal', 'meeting'] as const) {
    const expected = `must be ${has[type]} at most, since there are no more devices`
    if (lost[type] > has[type]) problems.push(`${at}/disconnectedDevices/${type} ${expected}, got ${lost[type]}`)
  }
  const { serviceId } = service
  if (address !== null && serviceId && !address.includes(serviceId)) {
    problems.push(`${at}/serviceDeviceUrl must be an address that has ${serviceId} in it, got ${quote(address)}`)
  }
  return problems
}

/** Rounded down, as in AudioCodes' documented answer; nothing of nothing is 0. */
export function percentageOf (count: number, max: number): number {
  return max === 0 ? 0 : Math.floor(100 * count / max)
}

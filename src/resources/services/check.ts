import { repeatFaults, valueFaults } from '../../dataset/resource.ts'
import type { Intact, Relate } from '../../dataset/resource.ts'
import { quote } from '../../schema/quote.ts'
import type { Service } from './schema.ts'

/** What does not add up in a service, or leads nowhere. */
export function checkService (service: Intact<Service>, relate: Relate): string[] {
  const { id, lcCustomerId = null, attachedDevices = [] } = service
  const pointsBack = { expected: `has ${id} in attachedServices`, test: ({ attachedServices = [id] }: { attachedServices?: number[] }) => attachedServices.includes(id) }
  return [
    ...elementFaults(service),
    ...deviceManagerFaults(service),
    ...relate('/lcCustomerId', 'customers', lcCustomerId, pointsBack),
    ...attachedDevices.flatMap((deviceId, index) => relate(`/attachedDevices/${index}`, 'devices', deviceId))
  ]
}

function elementFaults ({ elementsCount: count, attachedDevices, attachedLinks, attachedSites }: Intact<Service>): string[] {
  return [
    ...valueFaults('/elementsCount/total', count?.total, count && count.devices + count.links + count.sites),
    ...valueFaults('/elementsCount/devices', count?.devices, attachedDevices?.length),
    ...valueFaults('/elementsCount/links', count?.links, attachedLinks?.length),
    ...valueFaults('/elementsCount/sites', count?.sites, attachedSites?.length),
    ...repeatFaults('/attachedDevices', attachedDevices),
    ...repeatFaults('/attachedLinks', attachedLinks),
    ...repeatFaults('/attachedSites', attachedSites)
  ]
}

function deviceManagerFaults ({ deviceManagerParams: params, serviceId = null }: Intact<Service>): string[] {
  if (!params) return []
  const { devicesCount: count, disconnectedDevices: disconnected, maxDevicesPersonal, devicesPercentagePersonal, maxDevicesMeeting, devicesPercentageMeeting } = params
  return [
    ...valueFaults('/deviceManagerParams/devicesPercentagePersonal', devicesPercentagePersonal, percentageOf(count.personal, maxDevicesPersonal)),
    ...valueFaults('/deviceManagerParams/devicesPercentageMeeting', devicesPercentageMeeting, percentageOf(count.meeting, maxDevicesMeeting)),
    ...excessFaults('/deviceManagerParams/disconnectedDevices/personal', disconnected.personal, count.personal),
    ...excessFaults('/deviceManagerParams/disconnectedDevices/meeting', disconnected.meeting, count.meeting),
    ...addressFaults(params.serviceDeviceUrl, serviceId)
  ]
}

function excessFaults (pointer: string, count: number, most: number): string[] {
  return count <= most ? [] : [`${pointer} must be ${most} at most, since there are no more devices, got ${count}`]
}

function addressFaults (address: string | null, serviceId: string | null): string[] {
  if (address === null || serviceId === null || address.includes(serviceId)) return []
  return [`/deviceManagerParams/serviceDeviceUrl must be an address that has ${serviceId} in it, got ${quote(address)}`]
}

/** Rounded down, as in AudioCodes' documented answer; nothing of nothing is 0. */
export function percentageOf (count: number, max: number): number {
  return max === 0 ? 0 : Math.floor(100 * count / max)
}

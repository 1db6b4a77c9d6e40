import { valueFaults } from '../../dataset/resource.ts'
import type { Relate } from '../../dataset/resource.ts'
import { quote } from '../../schema/quote.ts'
import type { Service } from './schema.ts'

/** What does not add up in a service, or leads nowhere. */
export function checkService (service: Service, relate: Relate): string[] {
  const { id, lcCustomerId, attachedDevices } = service
  const pointsBack = { expected: `has ${id} in attachedServices`, test: (customer: { attachedServices: number[] }) => customer.attachedServices.includes(id) }
  return [
    ...elementFaults(service),
    ...deviceManagerFaults(service),
    ...relate('/lcCustomerId', 'customers', lcCustomerId, pointsBack),
    ...attachedDevices.flatMap((deviceId, index) => relate(`/attachedDevices/${index}`, 'devices', deviceId))
  ]
}

function elementFaults ({ elementsCount: { total, devices, links, sites }, attachedDevices, attachedLinks, attachedSites }: Service): string[] {
  return [
    ...valueFaults('/elementsCount/total', total, devices + links + sites),
    ...valueFaults('/elementsCount/devices', devices, attachedDevices.length),
    ...valueFaults('/elementsCount/links', links, attachedLinks.length),
    ...valueFaults('/elementsCount/sites', sites, attachedSites.length)
  ]
}

function deviceManagerFaults ({ deviceManagerParams: params, serviceId }: Service): string[] {
  if (params === null) return []
  const { devicesCount, maxDevicesPersonal, devicesPercentagePersonal, maxDevicesMeeting, devicesPercentageMeeting } = params
  return [
    ...valueFaults('/deviceManagerParams/devicesPercentagePersonal', devicesPercentagePersonal, percentageOf(devicesCount.personal, maxDevicesPersonal)),
    ...valueFaults('/deviceManagerParams/devicesPercentageMeeting', devicesPercentageMeeting, percentageOf(devicesCount.meeting, maxDevicesMeeting)),
    ...addressFaults(params.serviceDeviceUrl, serviceId)
  ]
}

function addressFaults (address: string | null, serviceId: string | null): string[] {
  if (address === null || serviceId === null || address.includes(serviceId)) return []
  return [`/deviceManagerParams/serviceDeviceUrl must be an address that has ${serviceId} in it, got ${quote(address)}`]
}

/** Rounded down, as in AudioCodes' documented answer; nothing of nothing is 0. */
export function percentageOf (count: number, max: number): number {
  return max === 0 ? 0 : Math.floor(100 * count / max)
}

import type { Faker } from '@faker-js/faker'
import { idsFrom, offsets, serviceDate } from '../../dataset/blocks.ts'
import type { Block } from '../../dataset/blocks.ts'
import type { Resource } from '../../dataset/resource.ts'
import { formatDateTime } from '../../schema/primitives.ts'
import type { SomeOf } from '../../schema/primitives.ts'
import type { ServiceType } from '../../schema/service-types.ts'
import { generateManagementStatus, generateVoiceQuality } from '../generate-statuses.ts'
import { generatedServiceTypes } from '../../schema/service-types.ts'
import { ServiceSchema } from './schema.ts'
import type { Service } from './schema.ts'
import { repeatProblems, valueProblems } from '../../dataset/resource.ts'
import { quote } from '../../schema/quote.ts'

/** Services. A generated one belongs to one customer. */
export const services: Resource<Service, 'services'> = {
  name: 'services',
  noun: 'service',
  schema: ServiceSchema,
  idOf: ({ id }) => id,
  isNode: true,
  relations: [
    { field: 'lcCustomerId', to: 'customers', back: 'attachedServices' },
    { field: 'attachedDevices', to: 'devices', owned: true }
  ],
  check: checkService,
  recount (service) {
    const { links, sites } = service.elementsCount
    const devices = service.attachedDevices.length
    return { ...service, elementsCount: { ...service.elementsCount, devices, total: devices + links + sites } }
  },
  idsIn: block => idsFrom(block, offsets.services, block.services),
  generate (id, faker, block) {
    const status = generateManagementStatus(faker)
    const source = block === undefined ? faker.helpers.arrayElement(generatedServiceTypes) : sourceOf(id, block)
    const attachedDevices = block === undefined ? [] : devicesOf(id, block)
    const serviceId = faker.string.uuid()
    const hasNumbers = ['LTC', 'OC', 'ZOOM'].includes(source)
    return {
      elementsCount: { total: attachedDevices.length, devices: attachedDevices.length, links: 0, sites: 0 },
      deviceManagerParams: source === 'DM' ? generateDeviceManager(serviceId, faker) : null,
      lcCustomerId: block === undefined ? null : block.first,
      umpUsersSuspendAlarmStatus: 0,
      description: null,
      type: 'SERVICE',
      applicationsStatus: {
        management: { managementStatus: status, serviceDeployStatus: 'DEPLOYED' },
        voiceQuality: generateVoiceQuality(status, faker)
      },
      attachedSites: [],
      licenseType: 'PRO_IMTR',
      serviceDeviceId: null,
      attachedLinks: [],
      serviceUcaasTenantId: null,
      id,
      serviceId,
      disabledTime: null,
      usedDIDs: hasNumbers ? faker.number.int(400) : 0,
      definedAt: formatDateTime(block === undefined ? faker.date.past({ years: 3 }) : serviceDate(id, block)),
      serviceSource: source,
      freeDIDs: hasNumbers ? faker.number.int(100) : 0,
      attachedDevices,
      fullName: `${faker.location.city()} ${source}`,
      usersCount: null
    }
  }
}

// Neighbours in the list of types differ, so the services of one customer differ too.
function sourceOf (id: number, block: Block): ServiceType {
  return generatedServiceTypes[(block.index * 5 + placeIn(block, id)) % generatedServiceTypes.length] as ServiceType
}

/** Assigns the devices of a block to its services in turn. */
function devicesOf (id: number, block: Block): number[] {
  const devices = idsFrom(block, offsets.devices, block.devices)
  return devices.filter((_, index) => index % block.services === placeIn(block, id))
}

function placeIn ({ first }: Block, id: number): number {
  return id - first - offsets.services
}

function generateDeviceManager (serviceId: string, faker: Faker): Service['deviceManagerParams'] {
  const [personal, meeting] = [generateDevices(faker), generateDevices(faker)]
  return {
    deviceType: 'PERSONAL_AND_MEETING',
    password: null,
    devicesCount: { personal: personal.count, meeting: meeting.count },
    maxDevicesMeeting: meeting.max,
    maxDevicesPersonal: personal.max,
    devicesPercentagePersonal: percentageOf(personal.count, personal.max),
    user: null,
    serviceDeviceUrl: `https://sandbox.example/ltcfordevice/c/${serviceId}/`,
    devicesPercentageMeeting: percentageOf(meeting.count, meeting.max),
    disconnectedDevices: { personal: personal.disconnected, meeting: meeting.disconnected }
  }
}

function generateDevices (faker: Faker): { max: number, count: number, disconnected: number } {
  const max = faker.helpers.arrayElement([50, 100, 200, 500])
  const count = faker.number.int(max)
  return { max, count, disconnected: faker.number.int(Math.ceil(count / 10)) }
}

/** Returns the sums and percentages that do not add up in a service. */
function checkService (service: SomeOf<Service>): string[] {
  const { elementsCount, deviceManagerParams: params, attachedDevices, attachedLinks, attachedSites } = service
  // A number that broke the schema is unknown, and so is every sum with it.
  const { total, devices = NaN, links = NaN, sites = NaN } = elementsCount ?? {}
  const problems = [
    ...valueProblems('/elementsCount/total', total, devices + links + sites),
    ...valueProblems('/elementsCount/devices', devices, attachedDevices?.length),
    ...valueProblems('/elementsCount/links', links, attachedLinks?.length),
    ...valueProblems('/elementsCount/sites', sites, attachedSites?.length),
    ...repeatProblems('/attachedLinks', attachedLinks),
    ...repeatProblems('/attachedSites', attachedSites)
  ]
  if (!params) return problems

  const at = '/deviceManagerParams'
  const { devicesCount, disconnectedDevices, serviceDeviceUrl: address } = params
  const hasOf = (type: 'personal' | 'meeting') => devicesCount?.[type] ?? NaN
  for (const type of ['Personal', 'Meeting'] as const) {
    const has = hasOf(type.toLowerCase() as 'personal' | 'meeting')
    const percentage = percentageOf(has, params[`maxDevices${type}`] ?? NaN)
    problems.push(...valueProblems(`${at}/devicesPercentage${type}`, params[`devicesPercentage${type}`], percentage))
  }
  for (const type of ['personal', 'meeting'] as const) {
    const [has, lost] = [hasOf(type), disconnectedDevices?.[type] ?? NaN]
    const expected = `must be ${has} at most, since there are no more devices`
    if (lost > has) problems.push(`${at}/disconnectedDevices/${type} ${expected}, got ${lost}`)
  }
  const { serviceId } = service
  if (typeof address === 'string' && serviceId && !address.includes(serviceId)) {
    problems.push(`${at}/serviceDeviceUrl must be an address that has ${serviceId} in it, got ${quote(address)}`)
  }
  return problems
}

/** Rounds down, as in AudioCodes' documented response. If `max` is 0, the percentage is 0. */
function percentageOf (count: number, max: number): number {
  return max === 0 ? 0 : Math.floor(100 * count / max)
}

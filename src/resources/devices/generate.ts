import { idsEvery, idsFrom, offsets } from '../../dataset/blocks.ts'
import type { Resource } from '../../dataset/resource.ts'
import { DeviceSchema } from './schema.ts'
import type { Device } from './schema.ts'

/** Devices. A generated one belongs to the customer of its block. */
export const devices: Resource<Device, 'devices'> = {
  name: 'devices',
  noun: 'device',
  schema: DeviceSchema,
  idOf: ({ id }) => id,
  isNode: true,
  urlOf,
  idsIn: block => idsFrom(block, offsets.devices, block.devices),
  impliedIds (field, value, first, end) {
    if (field === 'name' || field === 'fqdn') return [Number(/-(\d+)(?:\.|$)/.exec(value)?.[1])]
    if (field !== 'ipAddress') return undefined

    const [, high, low, host] = value.split('.').map(Number) as [number, number, number, number]
    return idsEvery(addresses, (high * 256 + low) * hosts + host - 1, first, end)
  },
  generate (id, faker) {
    const { prefix, productType, versions } = faker.helpers.arrayElement(products)
    const city = faker.location.city().replace(/[^A-Za-z]/g, '')
    const name = `${prefix}-${city}-${id}`
    return {
      id,
      url: urlOf(id),
      description: faker.helpers.maybe(() => `${productType} in ${city}`, { probability: 0.7 }) ?? null,
      ipAddress: addressOf(id),
      name,
      fqdn: faker.helpers.maybe(() => `${name.toLowerCase()}.voice.example`, { probability: 0.8 }) ?? null,
      serialNumber: String(faker.number.int({ min: 10_000_000, max: 99_999_999 })),
      productType,
      softwareVersion: faker.helpers.arrayElement(versions),
      region: faker.helpers.maybe(() => faker.helpers.arrayElement(regions), { probability: 0.9 }) ?? null
    }
  }
}

function urlOf (id: number): string {
  return `/ovoc/v1/topology/devices/${id}`
}

const products = [
  { prefix: 'SBC', productType: 'Mediant VE SBC', versions: ['7.40A.500.357', '7.40A.250.440'] },
  { prefix: 'SBC', productType: 'Mediant CE SBC', versions: ['7.40A.500.357'] },
  { prefix: 'GW', productType: 'Mediant 800C', versions: ['7.40A.500.357', '7.20A.258.750'] },
  { prefix: 'GW', productType: 'Mediant 1000B', versions: ['7.20A.258.750'] },
  { prefix: 'GW', productType: 'MP-1288', versions: ['7.40A.250.440'] },
  { prefix: 'Phone', productType: 'C450HD', versions: ['1.19.528', '1.17.182'] },
  { prefix: 'Room', productType: 'RXV81', versions: ['2.3.365'] }
]

const regions = ['Americas', 'EMEA', 'APAC']

/** How many ids in a row have distinct addresses. The addresses are hosts 1 to 254 of each /24 in 10.0.0.0/8. */
const hosts = 254
const addresses = 2 ** 16 * hosts

function addressOf (id: number): string {
  const subnet = Math.floor(id / hosts)
  return `10.${Math.floor(subnet / 256) % 256}.${subnet % 256}.${id % hosts + 1}`
}

import type { Faker } from '@faker-js/faker'
import { idsFrom, offsets } from '../../dataset/blocks.ts'
import type { Resource } from '../../dataset/resource.ts'
import { DeviceSchema } from './schema.ts'
import type { Device } from './schema.ts'

/** Devices; a generated one belongs to the customer of its block. */
export const devices: Resource<Device, 'devices'> = {
  name: 'devices',
  schema: DeviceSchema,
  idOf: ({ id }) => id,
  isNode: true,
  urlOf,
  idsIn: block => idsFrom(block, offsets.devices, block.devices),
  generate: generateDevice
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

function generateDevice (id: number, faker: Faker): Device {
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
    serialNumber: faker.string.numeric({ length: 8, allowLeadingZeros: false }),
    productType,
    softwareVersion: faker.helpers.arrayElement(versions),
    region: faker.helpers.maybe(() => faker.helpers.arrayElement(regions), { probability: 0.9 }) ?? null
  }
}

// Of 10.0.0.0/8, hosts 1 to 254 of each /24: sixteen million ids in a row have addresses of their own.
function addressOf (id: number): string {
  const subnet = Math.floor(id / 254)
  return `10.${Math.floor(subnet / 256) % 256}.${subnet % 256}.${id % 254 + 1}`
}

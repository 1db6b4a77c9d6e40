import type { Faker } from '@faker-js/faker'
import { blockSize, channelOf, customerDate, idsEvery, idsFrom, offsets } from '../../dataset/blocks.ts'
import type { Resource } from '../../dataset/resource.ts'
import { formatDateTime } from '../../schema/primitives.ts'
import { serviceTypes } from '../../schema/service-types.ts'
import { generateManagementStatus, generateVoiceQuality } from '../generate-statuses.ts'
import { CustomerSchema } from './schema.ts'
import type { Customer } from './schema.ts'

/** Fields of the attached service that the list `customers` shows. */
export const listOnly = {
  through: 'attachedServices',
  fields: { customerSource: 'serviceSource', customerId: 'serviceId' }
} as const

/** Customers, which their own `url` calls `lcCustomers`. */
export const customers: Resource<Customer, 'customers'> = {
  name: 'customers',
  noun: 'customer',
  aliases: ['lcCustomers'],
  schema: CustomerSchema,
  idOf: ({ id }) => id,
  isNode: true,
  relations: [
    { field: 'attachedServices', to: 'services', back: 'lcCustomerId', owned: true },
    { field: 'channelId', to: 'channels' }
  ],
  listOnly,
  urlOf,
  idsIn: block => [block.first],
  impliedIds (field, value, first, end) {
    if (field !== 'name') return undefined
    return idsEvery(names * blockSize, Number(/(?<!\d)\d+$/.exec(value)?.[0]) * blockSize, first, end)
  },
  generate (id, faker, block) {
    const family = faker.person.lastName().replace(/[^A-Za-z]/g, '')
    const trade = faker.helpers.arrayElement(trades)
    const number = String(Math.floor(id / blockSize) % names)
    const name = `${family.slice(0, 15 - trade.length - number.length)}${trade}${number}`
    const status = generateManagementStatus(faker)
    return {
      definedAt: formatDateTime(block === undefined ? faker.date.past({ years: 5 }) : customerDate(block)),
      iamAccountId: faker.string.uuid(),
      fullName: faker.helpers.maybe(() => `${family} ${trade} ${faker.helpers.arrayElement(legalForms)}`, {
        probability: 0.8
      }) ?? null,
      description: faker.helpers.maybe(() => name, { probability: 0.6 }) ?? null,
      services: generateServices(faker),
      applicationsStatus: {
        management: { managementStatus: status },
        voiceQuality: generateVoiceQuality(status, faker)
      },
      adGroupId: faker.helpers.maybe(() => faker.string.uuid(), { probability: 0.2 }) ?? null,
      url: urlOf(id),
      msTenantId: faker.string.uuid(),
      attachedServices: block === undefined ? [] : idsFrom(block, offsets.services, block.services),
      name,
      tenantId: 1,
      id,
      logoId: null,
      channelId: block === undefined ? null : channelOf(block),
      contacts: faker.helpers.maybe(() => generateContacts(`${family}${trade}`, faker), {
        probability: 0.7
      }) ?? noContacts,
      status
    }
  }
}

function urlOf (id: number): string {
  return `/ovoc/v1/topology/lcCustomers/${id}`
}

const trades = ['Corp', 'Group', 'Tech', 'Labs', 'Bank', 'Media', 'Air', 'Foods', 'Power', 'Law', 'Care']
const legalForms = ['Inc.', 'Ltd.', 'LLC', 'GmbH', 'PLC', 'Pty Ltd']

/** How many generated customers in a row have distinct names. A name ends with a number. */
const names = 10_000_000

function generateServices (faker: Faker): Customer['services'] {
  const meteringTag = faker.helpers.maybe(() => `LS-${digits(6, faker)}`, { probability: 0.3 })
  return meteringTag === undefined ? untagged : { ...untagged, OC: { meteringTag } }
}

const untagged: Customer['services'] = Object.fromEntries(serviceTypes.map(type => [type, { meteringTag: '' }]))

// Faker's own function draws each digit separately.
function digits (count: number, faker: Faker): string {
  return String(faker.number.int({ min: 0, max: 10 ** count - 1 })).padStart(count, '0')
}

function generateContacts (company: string, faker: Faker): Customer['contacts'] {
  const domain = `${company.toLowerCase()}.example`
  const first = faker.person.firstName()
  const last = faker.person.lastName()
  return {
    secondaryEmail: faker.helpers.maybe(() => `office@${domain}`) ?? null,
    phone: generatePhone(faker),
    generalInfo: `${first} ${last}`,
    email: `${first}.${last}@${domain}`.toLowerCase().replace(/[^a-z.@]/g, ''),
    secondaryPhone: faker.helpers.maybe(() => generatePhone(faker)) ?? null
  }
}

// Numbers from 555-0100 to 555-0199 are reserved for fiction.
function generatePhone (faker: Faker): string {
  return `+1${faker.number.int({ min: 201, max: 989 })}55501${digits(2, faker)}`
}

const noContacts = { secondaryEmail: null, phone: null, generalInfo: null, email: null, secondaryPhone: null }

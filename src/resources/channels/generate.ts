import { channelDate, customersPerChannel, idsFrom, offsets } from '../../dataset/blocks.ts'
import { valueProblems } from '../../dataset/resource.ts'
import type { Resource } from '../../dataset/resource.ts'
import { formatDateTime } from '../../schema/primitives.ts'
import { generatedServiceTypes } from '../../schema/service-types.ts'
import { countEnabled, createChannel, servicesWith, urlOf } from './create.ts'
import { ChannelSchema } from './schema.ts'
import type { Channel, ChannelServiceType } from './schema.ts'

/** Channels. Each one holds the customers of one service provider. */
export const channels: Resource<Channel, 'channels'> = {
  name: 'channels',
  noun: 'channel',
  schema: ChannelSchema,
  idOf: ({ id }) => id,
  isNode: true,
  urlOf,
  check: ({ services = {}, servicesNumber }) =>
    valueProblems('/servicesNumber', servicesNumber, countEnabled(services)),
  // Each group of customers shares a channel. The block of its first customer brings it.
  idsIn: block => idsFrom(block, offsets.channel, block.index % customersPerChannel === 0 ? 1 : 0),
  generate (id, faker) {
    const definedAt = channelDate(id)
    const services = servicesWith(type => usual.includes(type) || faker.datatype.boolean(0.4))
    return {
      ...createChannel(id, definedAt, {
        name: `${faker.person.lastName().replace(/[^A-Za-z]/g, '')}${faker.helpers.arrayElement(trades)}`,
        tenantId: 1,
        msTenantId: faker.string.uuid(),
        description: faker.helpers.maybe(() => `Customers in ${faker.helpers.arrayElement(regions)}`, {
          probability: 0.6
        }) ?? null
      }),
      iamAccountId: faker.string.uuid(),
      lastChanged: formatDateTime(faker.date.between({ from: definedAt, to: faker.defaultRefDate() })),
      services,
      servicesNumber: countEnabled(services)
    }
  }
}

const trades = ['Telecom', 'Voice', 'Connect', 'Networks', 'Comms', 'Cloud']
const regions = [
  'North America', 'Northern Europe', 'Southern Europe', 'Latin America', 'Asia and Pacific', 'Middle East'
]
const usual: readonly ChannelServiceType[] = generatedServiceTypes

import type { Faker } from '@faker-js/faker'
import { firstBlock, idsFrom, offsets } from '../../dataset/blocks.ts'
import type { Block } from '../../dataset/blocks.ts'
import type { Resource } from '../../dataset/resource.ts'
import { CallSchema } from './schema.ts'
import type { Call } from './schema.ts'

/** Monitored calls; a generated one is reported by a device of its block. */
export const calls: Resource<Call, 'calls'> = {
  name: 'calls',
  schema: CallSchema,
  idOf: ({ id }) => id,
  isNode: false,
  relations: [{ field: 'reportingNodeId', to: 'devices' }],
  urlOf,
  idsIn: block => idsFrom(block, offsets.calls, block.calls),
  generate (id, faker, block) {
    return { id, url: urlOf(id), reportingNodeId: block === undefined ? anyDevice(faker) : deviceOf(block, faker) }
  }
}

function urlOf (id: number): string {
  return `/ovoc/v1/callsMonitor/calls/${id}`
}

function deviceOf (block: Block, faker: Faker): number {
  return faker.helpers.arrayElement(idsFrom(block, offsets.devices, block.devices))
}

// A call stands outside of blocks only where every id has a record, so any id is a device's.
function anyDevice (faker: Faker): number {
  return faker.number.int({ min: 1, max: firstBlock - 1 })
}

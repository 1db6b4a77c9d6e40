import type { Faker } from '@faker-js/faker'
import { firstBlock, idsFrom, offsets } from '../../dataset/blocks.ts'
import type { Block } from '../../dataset/blocks.ts'
import type { Resource } from '../../dataset/resource.ts'
import { CallSchema } from './schema.ts'
import type { Call } from './schema.ts'

/** Monitored calls. A device of the same block reports a generated call. */
export const calls: Resource<Call, 'calls'> = {
  name: 'calls',
  noun: 'call',
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

// Calls outside of blocks exist only if every id has a record. Then every id is the id of a device.
function anyDevice (faker: Faker): number {
  return faker.number.int({ min: 1, max: firstBlock - 1 })
}

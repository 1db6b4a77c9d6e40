import { customersPerChannel, firstBlock } from './dataset/blocks.ts'
import { Dataset } from './dataset/dataset.ts'
import type { OvocRecord, Resource } from './dataset/resource.ts'
import { seededFaker } from './dataset/seeded-faker.ts'
import { OptionFaults } from './options.ts'
import { resources } from './resources/index.ts'
import { suggest } from './schema/describe-faults.ts'

/**
 * The first generated records of a resource, as a server with that seed has them.
 * @throws {OptionFaults} when there is no such resource.
 */
export function generateRecords (resourceName: string, { count, seed }: { count: number, seed: number }): OvocRecord[] {
  const resource = resources.find(({ name }) => name === resourceName)
  if (resource === undefined) {
    throw new OptionFaults(`"${resourceName}" is not a resource${suggest(resourceName, resources.map(({ name }) => name))}`)
  }
  // Of the kinds that belong to customers, a group that shares a channel has at least one.
  const customers = count * customersPerChannel
  const dataset = new Dataset(resources, new Map(resources.map(({ name }) => [name, new Map()])), seededFaker(seed), { seed, customers, unknownIds: 'generate' })
  return firstIds(dataset, resource, count).map(id => dataset.find(resource, id) as OvocRecord)
}

function firstIds (dataset: Dataset, resource: Resource, count: number): number[] {
  const ids: number[] = []
  for (const id of dataset.ids(resource)) {
    if (ids.length === count) break
    ids.push(id)
  }
  return ids.length === 0 ? idsOutsideBlocks(count) : ids
}

// Kinds that belong to no customer are in no block; where every id has a record, they are under all of these.
function idsOutsideBlocks (count: number): number[] {
  return Array.from({ length: count }, (_, index) => firstBlock + index)
}

import { customersPerChannel, firstBlock } from './dataset/blocks.ts'
import { Dataset } from './dataset/dataset.ts'
import type { OvocRecord, Resource } from './dataset/resource.ts'
import { seededFaker } from './dataset/seeded-faker.ts'
import { OptionFaults } from './options.ts'
import { resources } from './resources/index.ts'
import { suggest } from './schema/describe-faults.ts'

/**
 * The first generated records of a resource. Those of a kind that belongs to customers are as a server with that seed has them.
 * @throws {OptionFaults} when there is no such resource.
 */
export function generateRecords (resourceName: string, { count, seed }: { count: number, seed: number }): Iterable<OvocRecord> {
  const resource = resources.find(({ name }) => name === resourceName)
  if (resource === undefined) {
    throw new OptionFaults(`"${resourceName}" is not a resource${suggest(resourceName, resources.map(({ name }) => name))}`)
  }
  // Of every kind that belongs to customers, those that share a channel have at least one.
  const customers = count * customersPerChannel
  const dataset = new Dataset(resources, new Map(resources.map(({ name }) => [name, new Map()])), seededFaker(seed), { seed, customers, unknownIds: 'generate', cacheRecords: 1, indexRecords: 1 })
  return take(dataset, resource, count)
}

function * take (dataset: Dataset, resource: Resource, count: number): Generator<OvocRecord> {
  const belongsToCustomers = dataset.ids(resource).next().done === false
  const ids = belongsToCustomers ? dataset.ids(resource) : Array.from({ length: count }, (_, index) => firstBlock + index).values()
  while (count-- > 0) yield dataset.find(resource, ids.next().value as number) as OvocRecord
}

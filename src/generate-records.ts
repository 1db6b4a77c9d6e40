import { customersPerChannel } from './dataset/blocks.ts'
import { Dataset } from './dataset/dataset.ts'
import type { OvocRecord, Resource } from './dataset/resource.ts'
import { seededFaker } from './dataset/seeded-faker.ts'
import { OptionFaults } from './options.ts'
import { resources } from './resources/index.ts'
import { suggest } from './schema/describe-faults.ts'

/**
 * The first generated records of a resource, as a server with that seed has them.
 * @throws {OptionFaults} when there is no such resource, or its records are not generated.
 */
export function generateRecords (resourceName: string, { count, seed }: { count: number, seed: number }): Iterable<OvocRecord> {
  const resource = resources.find(({ name }) => name === resourceName)
  if (resource === undefined) {
    throw new OptionFaults(`"${resourceName}" is not a resource${suggest(resourceName, resources.map(({ name }) => name))}`)
  }
  // Of every kind that is generated, the customers that share a channel have at least one.
  const customers = count * customersPerChannel
  const dataset = new Dataset(resources, new Map(resources.map(({ name }) => [name, new Map()])), seededFaker(seed), { seed, customers, unknownIds: 'not-found' })
  if (dataset.ids(resource).next().done) throw new OptionFaults(`${resourceName} are not generated, since they belong to no customer`)
  return take(dataset, resource, count)
}

function * take (dataset: Dataset, resource: Resource, count: number): Generator<OvocRecord> {
  for (const id of dataset.ids(resource)) {
    if (count-- === 0) return
    yield dataset.find(resource, id) as OvocRecord
  }
}

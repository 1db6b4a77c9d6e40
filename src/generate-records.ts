import { firstBlock } from './dataset/blocks.ts'
import { Dataset } from './dataset/dataset.ts'
import type { OvocRecord, Resource } from './dataset/resource.ts'
import { seededFaker } from './dataset/seeded-faker.ts'
import { OptionFaults } from './options.ts'
import { resources } from './resources/index.ts'
import { suggest } from './schema/describe-faults.ts'

/**
 * The records of a resource that a server with that seed adds for `count` customers; of what belongs to no customer, `count` records.
 * Those of several resources, with the same count and seed, can be served together: each has all that the others refer to.
 * @throws {OptionFaults} when there is no such resource.
 */
export function generateRecords (resourceName: string, { count, seed }: { count: number, seed: number }): Iterable<OvocRecord> {
  const resource = resources.find(({ name }) => name === resourceName)
  if (resource === undefined) {
    throw new OptionFaults(`"${resourceName}" is not a resource${suggest(resourceName, resources.map(({ name }) => name))}`)
  }
  const none = new Map(resources.map(({ name }) => [name, new Map()]))
  const dataset = new Dataset(resources, none, seededFaker(seed), { seed, customers: count, unknownIds: 'generate' })
  const ids = belongsToCustomers(resource) ? dataset.ids(resource) : Array.from({ length: count }, (_, index) => firstBlock + index)
  return recordsOf(dataset, resource, ids)
}

// A block that has something of every kind.
function belongsToCustomers ({ idsIn }: Resource): boolean {
  return idsIn({ first: firstBlock, index: 0, services: 1, devices: 1, calls: 1 }).length > 0
}

function * recordsOf (dataset: Dataset, resource: Resource, ids: Iterable<number>): Generator<OvocRecord> {
  for (const id of ids) yield dataset.find(resource, id) as OvocRecord
}

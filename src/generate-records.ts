import { Dataset } from './dataset/dataset.ts'
import type { OvocRecord } from './dataset/resource.ts'
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
  const dataset = new Dataset(resources, new Map(resources.map(({ name }) => [name, new Map()])), seededFaker(seed), { seed, customers: count, unknownIds: 'not-found' })
  const ids = [...dataset.ids(resource)].slice(0, count)
  return ids.map(id => dataset.find(resource, id) as OvocRecord)
}

import { Dataset } from './dataset/dataset.ts'
import type { OvocRecord } from './dataset/resource.ts'
import { seededFaker } from './dataset/seeded-faker.ts'
import { OptionFaults } from './options.ts'
import { resources } from './resources/index.ts'
import { suggest } from './schema/describe-faults.ts'

/**
 * The first generated records of a resource, as a server with these options has them.
 * @throws {OptionFaults} when there is no such resource.
 */
export function generateRecords (resourceName: string, { count, seed }: { count: number, seed: number }): OvocRecord[] {
  const resource = resources.find(({ name }) => name === resourceName)
  if (resource === undefined) {
    throw new OptionFaults(`"${resourceName}" is not a resource${suggest(resourceName, resources.map(({ name }) => name))}`)
  }
  return [...new Dataset(new Map(), seededFaker(seed), { customers: count, unknownIds: 'not-found' }).generated(resource)]
}

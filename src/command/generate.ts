import { once } from 'node:events'
import { firstBlock } from '../dataset/blocks.ts'
import { Dataset } from '../dataset/dataset.ts'
import type { OvocRecord, Resource } from '../dataset/resource.ts'
import { OptionProblems } from '../options/options.ts'
import { resources } from '../resources/index.ts'
import { suggest } from '../schema/describe-problems.ts'

interface Amount { count: number, seed: number }

/**
 * Returns the records of a resource that a server with that seed adds for `count` customers. For a resource without
 * customers, `count` is the number of records. Lists with the same count and seed fit together: each has everything
 * that the others refer to.
 * @throws {OptionProblems} if there is no such resource.
 */
export async function generateRecords (
  resourceName: string, { count, seed }: Amount
): Promise<Iterable<OvocRecord>> {
  const resource: Resource | undefined = resources.find(({ name }) => name === resourceName)
  if (resource === undefined) {
    const known = resources.map(({ name }) => name)
    throw new OptionProblems(`"${resourceName}" is not a resource${suggest(resourceName, known)}`)
  }
  const none = new Map(resources.map(({ name }) => [name, new Map()]))
  const part = { seed, customers: count, unknownIds: 'generate', unknownFields: 'refuse' } as const
  const dataset = new Dataset(resources, none, part)
  await dataset.load()

  const belongsToCustomers = resource.idsIn !== undefined
  const record = (id: number) => dataset.find(resource, id) as OvocRecord
  return (function * () {
    if (belongsToCustomers) for (const id of dataset.generated.ids(resource)) yield record(id)
    else for (let id = firstBlock; id < firstBlock + count; id++) yield record(id)
  })()
}

/** Prints the records as a fixture file. It makes them no faster than they are read. */
export async function generate (resourceName: string, amount: Amount): Promise<void> {
  const records = await generateRecords(resourceName, amount)
  let separator = ''
  process.stdout.write('[')
  for (const record of records) {
    if (!process.stdout.write(`${separator}\n${JSON.stringify(record, null, 2)}`)) await once(process.stdout, 'drain')
    separator = ','
  }
  process.stdout.write('\n]\n')
}

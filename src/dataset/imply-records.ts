import type { Fixtures } from './read-fixtures.ts'
import type { Implied, OvocRecord, Resource } from './resource.ts'
import type { SeededFaker } from './seeded-faker.ts'

/** The fixtures with those records generated that they refer to, do not have, and that have to refer back. */
export function implyRecords (fixtures: Fixtures, resources: readonly Resource[], faker: SeededFaker): Fixtures {
  const all = new Map(Array.from(fixtures, ([name, records]) => [name, new Map(records)]))
  const named = new Map(resources.map(resource => [resource.name, resource]))
  for (const { resourceName, id, pointBack } of resources.flatMap(resource => impliedBy(resource, fixtures))) {
    if (fixtures.get(resourceName)?.has(id)) continue
    const records = all.get(resourceName) ?? new Map<number, OvocRecord>()
    all.set(resourceName, records)
    records.set(id, pointBack(records.get(id) ?? (named.get(resourceName) as Resource).generate(id, faker(resourceName, id))))
  }
  return all
}

function impliedBy ({ name, implied }: Resource, fixtures: Fixtures): Implied[] {
  return implied === undefined ? [] : [...fixtures.get(name)?.values() ?? []].flatMap(implied)
}

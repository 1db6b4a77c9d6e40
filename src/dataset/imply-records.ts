import type { Fixtures } from './read-fixtures.ts'
import { referencesOf } from './relations.ts'
import type { OvocRecord, Resource } from './resource.ts'
import type { SeededFaker } from './seeded-faker.ts'

/** The fixtures, with generated records in the place of those that they lack and that must refer back to them. */
export function implyRecords (fixtures: Fixtures, resources: readonly Resource[], faker: SeededFaker): Fixtures {
  const all = new Map(Array.from(fixtures, ([name, records]) => [name, new Map(records)]))
  for (const resource of resources) {
    for (const [own, record] of fixtures.get(resource.name) ?? []) {
      for (const { relation: { to, back }, id } of referencesOf(resource, record)) {
        if (back === undefined || fixtures.get(to)?.has(id)) continue
        const records = all.get(to) ?? new Map<number, OvocRecord>()
        const target = resources.find(({ name }) => name === to) as Resource
        const other = (records.get(id) ?? target.generate(id, faker(to, id))) as Record<string, unknown>
        const named = other[back]
        all.set(to, records.set(id, { ...other, [back]: Array.isArray(named) ? [...named, own] : own }))
      }
    }
  }
  return all
}

import { fileURLToPath } from 'node:url'
import type { ValidateFunction } from 'ajv'
import { describeFaults } from '../schema/describe-faults.ts'
import { quote } from '../schema/quote.ts'
import { sharedSchemas } from '../schema/statuses.ts'
import { strictAjv } from '../schema/strict-ajv.ts'
import { FixtureFaults, describeUnreadable, openSource } from './fixture-source.ts'
import type { FixtureSource } from './fixture-source.ts'
import { relateIn } from './relate.ts'
import type { OvocRecord, Relate, Resource } from './resource.ts'

/** The records that come with the package. */
export const bundledFixtures = fileURLToPath(new URL('../../fixtures', import.meta.url))

/** The records of a fixture folder, by resource name, then id. */
export type Fixtures = ReadonlyMap<string, ReadonlyMap<number, OvocRecord>>

/**
 * Reads and checks a folder of `<resource>.json` files, each a list of records, or one file of an object with such lists.
 * A resource without a list has no records.
 * @throws {FixtureFaults}
 */
export function readFixtures (path: string, resources: readonly Resource[]): Fixtures {
  const source = openSource(path, resources.map(({ name }) => name))
  const ajv = strictAjv(sharedSchemas)
  const lists = resources.map(resource => readList(source, resource, ajv.compile(resource.schema)))
  const fixtures = new Map(lists.map(({ resource, records }) => [resource.name, records]))
  const listOf = (name: string) => fixtures.get(name) as Map<number, OvocRecord>
  const relate = relateIn({
    keeps: name => listOf(name).size > 0,
    find: (name, id) => listOf(name).get(id),
    nameOf: name => `${name}${source.suffix}`
  })
  const faults = [...source.faults, ...lists.flatMap(list => [...list.faults, ...checkRelations(list, relate)])]
  if (faults.length > 0) throw new FixtureFaults(path, faults)
  return fixtures
}

/** A resource's records by id, which of them fit their schema, and what is wrong with the rest. */
interface FixtureList {
  resource: Resource
  records: Map<number, OvocRecord>
  sound: Array<{ record: OvocRecord, name: string }>
  faults: string[]
}

function readList (source: FixtureSource, resource: Resource, validate: ValidateFunction): FixtureList {
  const read: FixtureList = { resource, records: new Map(), sound: [], faults: [] }
  const name = `${resource.name}${source.suffix}`
  try {
    const records = source.read(resource.name)
    if (Array.isArray(records)) records.forEach((record, index) => readRecord(read, name, record, index, validate))
    else if (records !== undefined) read.faults.push(`${name}: it must be a list of records, got ${quote(records)}`)
  } catch (error) {
    read.faults.push(`${name}: ${describeUnreadable(error as Error)}`)
  }
  return read
}

function readRecord ({ resource, records, sound, faults }: FixtureList, listName: string, record: OvocRecord, index: number, validate: ValidateFunction): void {
  const name = `${listName}: ${nameOf(record, index)}`
  if (validate(record)) sound.push({ record, name })
  else faults.push(...describeFaults(validate.errors).map(fault => `${name}: ${fault}`))
  if (typeof record !== 'object' || record === null) return
  const id = resource.idOf(record, index + 1)
  if (records.has(id)) faults.push(`${name}: /id must be unique, got ${id} again`)
  records.set(id, record)
}

function nameOf (record: { id?: unknown } | null, index: number): string {
  return `record ${typeof record?.id === 'number' ? record.id : `at index ${index}`}`
}

function checkRelations ({ resource, sound }: FixtureList, relate: Relate): string[] {
  return sound.flatMap(({ record, name }) => resource.check(record, relate).map(fault => `${name}: ${fault}`))
}

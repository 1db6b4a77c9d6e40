import { fileURLToPath } from 'node:url'
import type { ErrorObject, ValidateFunction } from 'ajv'
import { describeFaults } from '../schema/describe-faults.ts'
import { quote } from '../schema/quote.ts'
import { checkEntries } from './check-entries.ts'
import type { Entry } from './check-entries.ts'
import { FixtureFaults, describeUnreadable, openSource } from './fixture-source.ts'
import type { FixtureSource } from './fixture-source.ts'
import { recordValidator } from './resource.ts'
import type { Intact, OvocRecord, Resource } from './resource.ts'

/** The folder of the records that come with the package. */
export const bundledFixtures = fileURLToPath(new URL('../../fixtures', import.meta.url))

/** The records of fixtures, by resource name, then id; of a resource that they have no list of there are none. */
export type Fixtures = ReadonlyMap<string, ReadonlyMap<number, OvocRecord>>

/** The records that come with the package; that they hold against every check is for its tests to show, not for each start. */
export function readBundledFixtures (resources: readonly Resource[]): Fixtures {
  const source = openSource(bundledFixtures, resources.map(({ name }) => name))
  return new Map(resources.map(resource => [resource.name, recordsById(source.read(resource.name) as OvocRecord[], resource)]))
}

function recordsById (records: readonly OvocRecord[], resource: Resource): ReadonlyMap<number, OvocRecord> {
  return new Map(records.map((record, index) => [resource.idOf(record, index + 1), record]))
}

/**
 * Reads and checks a folder of `<resource>.json` files, each a list of records, or one file of an object with such lists.
 * A resource without a list has no records.
 * @throws {FixtureFaults}
 */
export function readFixtures (path: string, resources: readonly Resource[]): Fixtures {
  const source = openSource(path, resources.map(({ name }) => name))
  const lists = resources.map(resource => readList(source, resource, recordValidator(resource)))
  const check = checkEntries(lists, name => `${name}${source.suffix}`)
  const faults = [...source.faults, ...lists.flatMap(list => [...list.faults, ...check(list)])]
  if (faults.length > 0) throw new FixtureFaults(path, faults)
  return new Map(lists.flatMap(({ resource, entries }) => entries === undefined ? [] : [[resource.name, new Map(entries.map(({ id, intact }) => [id, intact]))]]))
}

/** A resource's records, undefined where there is no list that can be read, and what is wrong with them. */
interface FixtureList { resource: Resource, entries: Entry[] | undefined, faults: string[] }

function readList (source: FixtureSource, resource: Resource, validate: ValidateFunction): FixtureList {
  const read: FixtureList = { resource, entries: undefined, faults: [] }
  const name = `${resource.name}${source.suffix}`
  try {
    const records = source.read(resource.name)
    if (Array.isArray(records)) read.entries = readRecords(read, name, records, validate)
    else if (records !== undefined) read.faults.push(`${name}: it must be a list of records, got ${quote(records)}`)
  } catch (error) {
    read.faults.push(`${name}: ${describeUnreadable(error as Error)}`)
  }
  return read
}

function readRecords ({ resource, faults }: FixtureList, listName: string, records: readonly OvocRecord[], validate: ValidateFunction): Entry[] {
  const ids = new Set<number>()
  return records.flatMap((record, index) => {
    const name = `${listName}: ${nameOf(record, index)}`
    const id = idOf(record, index, resource)
    const errors = validate(record) ? [] : validate.errors as ErrorObject[]
    faults.push(...describeFaults(errors).map(fault => `${name}: ${fault}`))
    if (Number.isNaN(id)) return []
    if (ids.has(id)) faults.push(`${name}: /id must be unique, got ${id} again`)
    ids.add(id)
    return [{ id, name, intact: intactPart(record, id, errors) }]
  })
}

function nameOf (record: { id?: unknown } | null, index: number): string {
  return `record ${typeof record?.id === 'number' ? record.id : `at index ${index}`}`
}

// An id in quotes is a fault, but one that tells which record is meant where others refer to it.
function idOf (record: OvocRecord | null, index: number, resource: Resource): number {
  return typeof record === 'object' && record !== null ? Number.parseInt(String(resource.idOf(record, index + 1))) : NaN
}

function intactPart (record: OvocRecord, id: number, errors: readonly ErrorObject[]): Intact<OvocRecord> {
  if (errors.length === 0) return record
  const broken = new Set(errors.map(({ instancePath }) => instancePath.split('/')[1]))
  return { ...Object.fromEntries(Object.entries(record).filter(([name]) => !broken.has(name))), id }
}

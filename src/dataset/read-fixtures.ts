import { fileURLToPath } from 'node:url'
import type { ErrorObject } from 'ajv'
import { inPackage } from '../package.ts'
import { describeProblem, describeProblems, nestingProblems } from '../schema/describe-problems.ts'
import { isPlainObject } from '../schema/parse-json.ts'
import { quote } from '../schema/quote.ts'
import { FixtureProblems } from './fixture-problems.ts'
import { describeUnreadable, openSource } from './fixture-source.ts'
import type { FixtureSource } from './fixture-source.ts'
import { Referrers, listOnlyProblems, recordProblems, referencesOf } from './relations.ts'
import type { World } from './relations.ts'
import { describerOfRecords, ownProblems, schemaErrors, splitListed } from './resource.ts'
import type { OvocRecord, Resource, UnknownFields } from './resource.ts'
import type { SeededFaker } from './seeded-faker.ts'

/** The folder of the records in the package. */
export const bundledFixtures = fileURLToPath(inPackage('../fixtures'))

/**
 * The records of fixtures, by resource name and then id. A resource without a list is missing here and has no records.
 */
export type Fixtures = ReadonlyMap<string, ReadonlyMap<number, OvocRecord>>

let bundled: Fixtures | undefined

/**
 * Reads the records in the package, once for all servers of a process. A test checks them, so a start does not.
 */
export function readBundledFixtures (resources: readonly Resource[]): Fixtures {
  if (bundled !== undefined) return bundled
  const source = openSource(bundledFixtures, resources)
  bundled = new Map(resources.map(resource => {
    const records = source.read(resource) as OvocRecord[]
    return [resource.name, new Map(records.map((record, index) => [resource.idOf(record, index + 1), record]))]
  }))
  return bundled
}

/**
 * Reads and checks fixtures: a folder of `<resource>.json` files, one file with an object of lists by resource, or that
 * object. A file may also be a saved response of a server: a list under its name, or one record. A resource without a
 * list has no records. It yields where other requests may have their turn.
 * @throws {FixtureProblems} that names the first hundred problems.
 */
export function * readFixtures (
  given: string | object, resources: readonly Resource[], unknownFields: UnknownFields
): Generator<void, Fixtures> {
  const source = openSource(given, resources)
  const lists: Array<List & { resource: Resource }> = []
  for (const resource of resources) lists.push({ resource, ...yield * readList(source, resource, unknownFields) })
  const fixtures = new Map(lists.flatMap(({ resource, entries }) =>
    entries === undefined ? [] : [[resource.name, new Map(entries.map(({ id, intact }) => [id, intact]))]]))

  // A conflict between two records is reported for the second one. These hold only the records before the present one.
  const earlierIds = new Map(resources.map(({ name }) => [name, new Set<number>()]))
  const referrers = new Referrers()
  const world: World = {
    resources,
    keeps: name => fixtures.has(name),
    find: (name, id) => fixtures.get(name)?.get(id),
    lists: (name, id) => earlierIds.get(name)?.has(id) === true,
    referrersTo: (resource, to, id) => referrers.of(resource, to, id),
    nameOf: source.nameOf
  }
  const problems = [...source.problems]
  for (const { resource, entries = [], problem } of lists) {
    if (problem !== undefined) problems.push(`${world.nameOf(resource.name)}: ${problem}`)
    for (const { id, name, intact, listed, ofSchema } of entries) {
      yield
      const all = [...ofSchema]
      if (!Number.isNaN(id)) {
        all.push(...ownProblems(resource, id, intact))
        all.push(...recordProblems(world, resource, id, referencesOf(resource, intact)))
        all.push(...listOnlyProblems(world, resource, intact, listed))
      }
      for (const one of all) problems.push(`${world.nameOf(resource.name)}: record ${name}: ${one}`)
      earlierIds.get(resource.name)?.add(id)
      referrers.add(resource, [[id, intact]])
    }
  }
  if (problems.length > 0) throw new FixtureProblems(given, problems)
  return fixtures
}

/** A record without the values that break its schema and without list-only fields. Its id is NaN if it has none. */
interface Entry { id: number, name: string, intact: OvocRecord, listed: object, ofSchema: string[] }

interface List { entries?: Entry[], problem?: string }

/** Returns the records of a resource or the problem of their list. Without a list it returns neither. */
function * readList (
  source: FixtureSource, resource: Resource, unknownFields: UnknownFields
): Generator<void, List> {
  let records: unknown
  try {
    records = source.read(resource)
  } catch (error) {
    return { problem: describeUnreadable(error as Error) }
  }
  if (records === undefined) return {}
  if (!Array.isArray(records)) {
    return { problem: `it must be ${source.expected(resource.name)}, got ${quote(records)}` }
  }

  const describe = describerOfRecords(describeFixtureProblem)

  const ids = new Set<number>()
  const entries: Entry[] = []
  for (const [index, given] of records.entries()) {
    yield
    const { own: record, listed } = isPlainObject(given) ? splitListed(resource, given) : { own: given, listed: {} }
    const errors = schemaErrors(resource, record, unknownFields)
    const ofSchema = describeProblems(errors, describe)
    if (unknownFields === 'keep' && isPlainObject(record)) ofSchema.push(...nestingProblems(record))
    // An id in quotes is a problem, but references to its record are fine.
    const id = isPlainObject(record) ? Number.parseInt(String(resource.idOf(record, index + 1))) : NaN
    if (ids.has(id)) ofSchema.push(`/id must be unique, got ${id} again`)
    if (!Number.isNaN(id)) ids.add(id)
    const name = typeof record?.id === 'number' ? `${record.id}` : `at index ${index}`
    const intact = errors.length === 0 ? record : isPlainObject(record) ? withoutBroken(record, errors) : {}
    entries.push({ id, name, intact, listed, ofSchema })
  }
  return { entries }
}

/**
 * Returns a copy of a record without the values that break its schema. A list with one is left out as a whole, so that
 * the indices of its items stay right.
 */
function withoutBroken (record: Record<string, unknown>, errors: readonly ErrorObject[]): OvocRecord {
  const intact = structuredClone(record)
  for (const { keyword, instancePath } of errors) {
    // An object that lacks a field, or has one too many, stays.
    if (keyword === 'required' || keyword === 'additionalProperties') continue
    let parent = intact
    const names = instancePath.split('/').slice(1)
    for (const [index, name] of names.entries()) {
      const value = parent[name]
      if (index < names.length - 1 && isPlainObject(value)) parent = value
      else {
        delete parent[name]
        break
      }
    }
  }
  return intact
}

/** Describes a problem. For a missing field, it names the empty value that is allowed, if there is one. */
function describeFixtureProblem (error: ErrorObject): string {
  const problem = describeProblem(error)
  if (error.keyword !== 'required') return problem
  const { type, required = [] } = error.parentSchema?.properties[error.params.missingProperty]
  const types: string[] = [type].flat()
  const empty = types.includes('null') ? 'null' : types.includes('array') ? '[]' : '{}'
  const isAllowed = empty !== '{}' || (types.includes('object') && required.length === 0)
  return isAllowed ? `${problem}; write ${empty} if there is none` : problem
}

/** Returns the fixtures with the records that they lack but that must refer back to them. Those are generated. */
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

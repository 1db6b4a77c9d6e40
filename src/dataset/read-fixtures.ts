import { isUtf8 } from 'node:buffer'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ErrorObject, ValidateFunction } from 'ajv'
import { describeFaults, suggest } from '../schema/describe-faults.ts'
import { MalformedJson, parseJson } from '../schema/parse-json.ts'
import { quote } from '../schema/quote.ts'
import { sharedSchemas } from '../schema/statuses.ts'
import { strictAjv } from '../schema/strict-ajv.ts'
import { checkEntries } from './check-entries.ts'
import type { Entry } from './check-entries.ts'
import type { Intact, OvocRecord, Resource } from './resource.ts'

/** The records that come with the package. */
export const bundledFixtures = fileURLToPath(new URL('../../fixtures', import.meta.url))

/** The records of a fixture folder, by resource name, then id. */
export type Fixtures = ReadonlyMap<string, ReadonlyMap<number, OvocRecord>>

/** Thrown when a folder can't be served: every fault of every file, one sentence each. */
export class FixtureFaults extends Error {
  readonly faults: readonly string[]

  constructor (folder: string, faults: readonly string[]) {
    super([`the fixtures in ${folder} can't be served:`, ...faults].join('\n  '))
    this.faults = faults
  }
}

/**
 * Reads and checks a folder of `<resource>.json` files, each a list of records. A resource without a file has no records.
 * @throws {FixtureFaults}
 */
export function readFixtures (folder: string, resources: readonly Resource[]): Fixtures {
  const names = listFolder(folder)
  const faults = folderFaults(names, resources)
  const ajv = strictAjv(sharedSchemas)
  const files = resources.map(resource => readFile(folder, names, resource, ajv.compile(resource.schema)))
  const check = checkEntries(files, name => `${name}.json`)
  faults.push(...files.flatMap(file => [...file.faults, ...check(file)]))
  if (faults.length > 0) throw new FixtureFaults(folder, faults)
  return new Map(files.map(({ resource, entries = [] }) => [resource.name, new Map(entries.map(({ id, intact }) => [id, intact]))]))
}

function folderFaults (names: readonly string[], resources: readonly Resource[]): string[] {
  const known = resources.map(({ name }) => `${name}.json`)
  const strangers = names.filter(name => name.endsWith('.json') && !known.includes(name))
  const faults = strangers.map(name => `${name}: is not a resource's file${suggest(name, known)}`)
  if (faults.length === 0 && !names.some(name => known.includes(name))) faults.push(`it holds none of ${known.join(', ')}`)
  return faults
}

function listFolder (folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    throw new FixtureFaults(folder, [`the folder can't be read: ${(error as Error).message}`])
  }
}

interface FixtureFile { resource: Resource, entries: Entry[] | undefined, faults: string[] }

function readFile (folder: string, names: readonly string[], resource: Resource, validate: ValidateFunction): FixtureFile {
  const read: FixtureFile = { resource, entries: undefined, faults: [] }
  const file = `${resource.name}.json`
  if (!names.includes(file)) return read
  try {
    const bytes = readFileSync(join(folder, file))
    if (!isUtf8(bytes)) throw new Error('it is not UTF-8')
    const records = parseJson(bytes.toString())
    if (Array.isArray(records)) read.entries = readRecords(read, records, validate)
    else read.faults.push(`${file}: it must be a list of records, got ${quote(records)}`)
  } catch (error) {
    read.faults.push(`${file}: ${error instanceof MalformedJson ? 'it is not JSON' : "it can't be read"}: ${(error as Error).message}`)
  }
  return read
}

function readRecords ({ resource, faults }: FixtureFile, records: readonly OvocRecord[], validate: ValidateFunction): Entry[] {
  const ids = new Set<number>()
  return records.flatMap((record, index) => {
    const name = `${resource.name}.json: ${nameOf(record, index)}`
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

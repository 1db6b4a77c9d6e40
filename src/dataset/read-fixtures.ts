import { isUtf8 } from 'node:buffer'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ValidateFunction } from 'ajv'
import { describeFaults, suggest } from '../schema/describe-faults.ts'
import { MalformedJson, parseJson } from '../schema/parse-json.ts'
import { quote } from '../schema/quote.ts'
import { sharedSchemas } from '../schema/statuses.ts'
import { strictAjv } from '../schema/strict-ajv.ts'
import { relateIn } from './relate.ts'
import type { OvocRecord, Relate, Resource } from './resource.ts'

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
  const fixtures = new Map(files.map(({ resource, records }) => [resource.name, records]))
  const relate = relateIn({
    keeps: name => (fixtures.get(name)?.size ?? 0) > 0,
    find: (name, id) => fixtures.get(name)?.get(id),
    nameOf: name => `${name}.json`
  })
  faults.push(...files.flatMap(file => [...file.faults, ...checkRelations(file, relate)]))
  if (faults.length > 0) throw new FixtureFaults(folder, faults)
  return fixtures
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

/** A file's records by id, which of them fit their schema, and what is wrong with the rest. */
interface FixtureFile {
  resource: Resource
  records: Map<number, OvocRecord>
  sound: Array<{ record: OvocRecord, name: string }>
  faults: string[]
}

function readFile (folder: string, names: readonly string[], resource: Resource, validate: ValidateFunction): FixtureFile {
  const read: FixtureFile = { resource, records: new Map(), sound: [], faults: [] }
  const file = `${resource.name}.json`
  if (!names.includes(file)) return read
  try {
    const bytes = readFileSync(join(folder, file))
    if (!isUtf8(bytes)) throw new Error('it is not UTF-8')
    const records = parseJson(bytes.toString())
    if (Array.isArray(records)) records.forEach((record, index) => readRecord(read, record, index, validate))
    else read.faults.push(`${file}: it must be a list of records, got ${quote(records)}`)
  } catch (error) {
    read.faults.push(`${file}: ${error instanceof MalformedJson ? 'it is not JSON' : "it can't be read"}: ${(error as Error).message}`)
  }
  return read
}

function readRecord ({ resource, records, sound, faults }: FixtureFile, record: OvocRecord, index: number, validate: ValidateFunction): void {
  const name = `${resource.name}.json: ${nameOf(record, index)}`
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

function checkRelations ({ resource, sound }: FixtureFile, relate: Relate): string[] {
  return sound.flatMap(({ record, name }) => resource.check(record, relate).map(fault => `${name}: ${fault}`))
}

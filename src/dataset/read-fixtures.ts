import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ValidateFunction } from 'ajv'
import { describeFaults, suggest } from '../schema/describe-faults.ts'
import { MalformedJson, parseJson } from '../schema/parse-json.ts'
import { quote } from '../schema/quote.ts'
import { sharedSchemas } from '../schema/statuses.ts'
import { strictAjv } from '../schema/strict-ajv.ts'
import type { OvocRecord, Resource } from './resource.ts'

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
  const faults = folderFaults(folder, resources)
  const ajv = strictAjv(sharedSchemas)
  const files = resources.map(resource => ({ resource, ...readFile(folder, resource, ajv.compile(resource.schema)) }))
  faults.push(...files.flatMap(file => file.faults))
  if (faults.length > 0) throw new FixtureFaults(folder, faults)
  return new Map(files.map(({ resource, records }) => [resource.name, new Map(records.map(record => [record.id, record]))]))
}

function folderFaults (folder: string, resources: readonly Resource[]): string[] {
  const names = listFolder(folder)
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

function readFile (folder: string, resource: Resource, validate: ValidateFunction): { records: OvocRecord[], faults: string[] } {
  const file = `${resource.name}.json`
  if (!existsSync(join(folder, file))) return { records: [], faults: [] }
  try {
    const records = parseJson(readFileSync(join(folder, file), 'utf8'))
    if (!Array.isArray(records)) return { records: [], faults: [`${file}: it must be a list of records, got ${quote(records)}`] }
    return { records, faults: recordFaults(records, resource, validate).map(fault => `${file}: ${fault}`) }
  } catch (error) {
    return { records: [], faults: [`${file}: ${error instanceof MalformedJson ? 'it is not JSON' : "it can't be read"}: ${(error as Error).message}`] }
  }
}

function recordFaults (records: readonly OvocRecord[], resource: Resource, validate: ValidateFunction): string[] {
  const seen = new Set<number>()
  return records.flatMap((record, index) => {
    const name = `record ${record?.id ?? `at index ${index}`}`
    if (!validate(record)) return describeFaults(validate.errors).map(fault => `${name}: ${fault}`)
    const faults = crossFaults(record, resource, seen).map(fault => `${name}: ${fault}`)
    seen.add(record.id)
    return faults
  })
}

function crossFaults (record: OvocRecord & { url?: string }, resource: Resource, seen: ReadonlySet<number>): string[] {
  const faults: string[] = []
  if (seen.has(record.id)) faults.push(`/id must be unique, got ${record.id} again`)
  const url = resource.urlOf(record.id)
  if (record.url !== url) faults.push(`/url must be ${quote(url)}, got ${quote(record.url)}`)
  return faults
}

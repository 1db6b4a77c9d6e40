import { isUtf8 } from 'node:buffer'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { suggest } from '../schema/describe-problems.ts'
import { MalformedJson, isPlainObject, parseJson } from '../schema/parse-json.ts'
import { quote } from '../schema/quote.ts'
import { FixtureProblems } from './fixture-problems.ts'
import type { Resource } from './resource.ts'

/** A place from which lists of records are read. */
export interface FixtureSource {
  /** What is wrong with the names of the lists and files. */
  problems: string[]
  /** The name of a resource's list: `customers.json` in a folder, `customers` in a file. */
  nameOf (resourceName: string): string
  /** A description of what a resource's list may be. */
  expected (resourceName: string): string
  /** Returns the parsed list of a resource, or undefined if there is none. It throws if the list can't be read. */
  read (resource: Resource): unknown
}

/**
 * Opens a folder, a file or an object with lists by resource.
 * @throws {FixtureProblems} if a path is neither a folder nor a readable file.
 */
export function openSource (given: string | object, resources: readonly Resource[]): FixtureSource {
  // The caller may change the objects later. They may also hold values that JSON lacks.
  const copyOf = (list: unknown) => list === undefined ? undefined : JSON.parse(JSON.stringify(list))
  if (typeof given !== 'string') return sourceOf(given, given, resources, copyOf)

  const path = given
  let files: string[] | undefined
  try {
    if (statSync(path).isDirectory()) files = readdirSync(path)
  } catch (error) {
    throw new FixtureProblems(path, [`the folder can't be read: ${(error as Error).message}`])
  }
  if (files !== undefined) return openFolder(path, files, resources)

  let content: unknown
  try {
    content = readJson(path)
  } catch (error) {
    throw new FixtureProblems(path, [describeUnreadable(error as Error)])
  }
  return sourceOf(path, content, resources, list => list)
}

/** The name of a file that looks like fixtures, perhaps with another spelling of the extension or in another format. */
export const fixtureName = /^([^.].*)\.(json5?|jsonc|ya?ml)$/i

function openFolder (path: string, files: readonly string[], resources: readonly Resource[]): FixtureSource {
  const names = resources.flatMap(namesOf)
  const present = files.filter(file => /^[^.].*\.json$/.test(file))
  const unread = files.filter(file => {
    const [, stem = '', extension = ''] = fixtureName.exec(file) ?? []
    if (extension.toLowerCase() === 'json') return extension !== 'json'
    return names.some(name => name.toLowerCase() === stem.toLowerCase())
  })

  const { nameOf, problems } = assign(present, resources, '.json', "is not a resource's file")
  const isEmpty = present.length + unread.length === 0
  return {
    problems: [
      ...unread.map(file => `${file}: is not read; fixtures are <resource>.json`),
      ...problems,
      ...isEmpty ? [`it holds none of ${resources.map(({ name }) => `${name}.json`).join(', ')}`] : []
    ],
    nameOf,
    expected: name => `a list of records, {"${name}":[…]} or one record`,
    read (resource) {
      const file = nameOf(resource.name)
      if (!present.includes(file)) return undefined
      // The file holds the list itself, a list response of OVOC, or a single record.
      const content = readJson(join(path, file))
      if (!isPlainObject(content)) return content
      const fields = Object.keys(content)
      const envelope = names.find(name => Array.isArray(content[name]))
      if (envelope === undefined) return knownFields(resource, fields) > 0 ? [content] : content
      return fields.length === 1 && namesOf(resource).includes(envelope) ? content[envelope] : content
    }
  }
}

function sourceOf (
  given: string | object, content: unknown, resources: readonly Resource[], copyOf: (list: unknown) => unknown
): FixtureSource {
  if (!isPlainObject(content)) {
    const expected = 'an object of lists by resource, or one record'
    throw new FixtureProblems(given, [`it must be ${expected}, got ${quote(content)}`])
  }

  // Content is a single record if it has no list named after a resource but fields of one. A customer has a field
  // `services`.
  const fields = Object.keys(content)
  const names = resources.flatMap(namesOf)
  const hasLists = fields.every(field => names.includes(field)) || names.some(name => Array.isArray(content[name]))
  const isRecord = !hasLists && resources.some(resource => knownFields(resource, fields) * 2 >= fields.length)
  // A single record belongs to the resource with the most shared fields and the fewest other fields.
  const distanceTo = (resource: Resource) => fieldsOf(resource).length - 2 * knownFields(resource, fields)
  const [closest] = resources.toSorted((one, other) => distanceTo(one) - distanceTo(other)) as [Resource]
  const lists: Record<string, unknown> = isRecord ? { [closest.name]: [content] } : content

  const present = Object.keys(lists)
  const { nameOf, problems } = assign(present, resources, '', 'is not a resource')
  if (present.length === 0) problems.push(`it holds none of ${resources.map(({ name }) => name).join(', ')}`)
  return { problems, nameOf, expected: () => 'a list of records', read: ({ name }) => copyOf(lists[nameOf(name)]) }
}

/** The names that the list of a resource may have. */
function namesOf ({ name, aliases = [] }: Resource): string[] {
  return [name, ...aliases]
}

function fieldsOf ({ schema }: Resource): string[] {
  return Object.keys((schema as unknown as { properties: object }).properties)
}

/** Counts the given fields that a resource's schema knows. */
function knownFields (resource: Resource, fields: readonly string[]): number {
  const known = fieldsOf(resource)
  return fields.filter(field => known.includes(field)).length
}

/** Finds the list of each resource among those present, and the lists that belong to none. */
function assign (present: readonly string[], resources: readonly Resource[], suffix: string, complaint: string) {
  const known = new Map(resources.flatMap(one => namesOf(one).map(name => [`${name}${suffix}`, one.name])))
  const taken = new Map<string, string>()
  const problems: string[] = []
  for (const name of present) {
    const resourceName = known.get(name)
    const other = taken.get(resourceName ?? '')
    if (resourceName === undefined) problems.push(`${name}: ${complaint}${suggest(name, [...known.keys()])}`)
    else if (other === undefined) taken.set(resourceName, name)
    else problems.push(`${name}: holds the same resource as ${other}; keep one of them`)
  }
  return { problems, nameOf: (resourceName: string) => taken.get(resourceName) ?? `${resourceName}${suffix}` }
}

function readJson (file: string): unknown {
  const bytes = readRegularFile(file)
  if (!isUtf8(bytes)) throw new Error('it is not UTF-8')
  return parseJson(bytes.toString())
}

/** @throws also for a pipe, which would make the process wait for a writer, and for a device, which may have no end. */
export function readRegularFile (file: string): Buffer {
  const isFile = statSync(file, { throwIfNoEntry: false })?.isFile() ?? true
  if (!isFile) throw Object.assign(new Error('it is not a regular file'), { code: 'EINVAL' })
  return readFileSync(file)
}

/** Describes why the text of a file can't be used. */
export function describeUnreadable (error: Error): string {
  return error instanceof MalformedJson ? `it is ${error.message}` : `it can't be read: ${error.message}`
}

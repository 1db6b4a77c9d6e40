import { isUtf8 } from 'node:buffer'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { shorten, suggest } from '../schema/describe-problems.ts'
import { MalformedJson, parseJson } from '../schema/parse-json.ts'
import { isPlainObject } from '../schema/parse-json.ts'
import { quote } from '../schema/quote.ts'

/** Thrown when fixtures can't be served: the first hundred problems of their lists, and how many more there are. */
export class FixtureProblems extends Error {
  override readonly name = 'FixtureProblems'
  readonly code = 'OVOC_MOCK_FIXTURES'
  readonly problems: readonly string[]

  constructor (given: string | object, problems: readonly string[]) {
    const shown = shorten(problems)
    const place = typeof given === 'string' ? `in ${given}` : 'of option fixtures'
    super([`the fixtures ${place} can't be served:`, ...shown].join('\n  '))
    this.problems = shown
  }
}

/** Where lists of records are read from. */
export interface FixtureSource {
  /** What follows a resource's name in the name of its list. */
  suffix: '.json' | ''
  /** What is wrong with the lists that are there. */
  problems: string[]
  /** The parsed list of a resource, undefined when there is none; it throws when it can't be read. */
  read (resourceName: string): unknown
}

/**
 * Opens a folder, a file or an object with lists by resource.
 * @throws {FixtureProblems} when a path is neither a folder nor a file that can be read.
 */
export function openSource (given: string | object, resourceNames: readonly string[]): FixtureSource {
  if (typeof given !== 'string') return sourceOf(given, given, resourceNames)
  const path = given
  let files: string[] | undefined
  try {
    if (statSync(path).isDirectory()) files = readdirSync(path)
  } catch (error) {
    throw new FixtureProblems(path, [`the folder can't be read: ${(error as Error).message}`])
  }
  if (files !== undefined) {
    const known = resourceNames.map(name => `${name}.json`)
    const present = files.filter(name => name.endsWith('.json'))
    const misnamed = files.flatMap(file => {
      const [, stem, extension] = /^(\w+)\.(json|jsonc|json5|yaml|yml)$/i.exec(file) ?? []
      const name = resourceNames.find(name => name.toLowerCase() === stem?.toLowerCase())
      if (name === undefined || extension === 'json') return []
      return [`${file}: is not read; a resource's file must be JSON and be called ${name}.json`]
    })
    return {
      suffix: '.json',
      problems: [...misnamed, ...presenceProblems(present, known, "is not a resource's file")],
      read: name => files.includes(`${name}.json`) ? readJson(join(path, `${name}.json`)) : undefined
    }
  }

  let lists: unknown
  try {
    lists = readJson(path)
  } catch (error) {
    throw new FixtureProblems(path, [describeUnreadable(error as Error)])
  }
  return sourceOf(path, lists, resourceNames)
}

function sourceOf (given: string | object, lists: unknown, resourceNames: readonly string[]): FixtureSource {
  if (!isPlainObject(lists)) {
    throw new FixtureProblems(given, [`it must be an object of lists by resource, got ${quote(lists)}`])
  }
  const problems = presenceProblems(Object.keys(lists), resourceNames, 'is not a resource')
  // A caller may change the objects later, and may hold values that JSON does not have.
  const isOwn = typeof given === 'string'
  const copyOf = (list: unknown) => list === undefined ? undefined : JSON.parse(JSON.stringify(list))
  const read = (name: string) => isOwn ? lists[name] : copyOf(lists[name])
  return { suffix: '', problems, read }
}

function presenceProblems (present: readonly string[], known: readonly string[], complaint: string): string[] {
  const strangers = present.filter(name => !known.includes(name))
  if (strangers.length > 0) return strangers.map(name => `${name}: ${complaint}${suggest(name, known)}`)
  return present.length > 0 ? [] : [`it holds none of ${known.join(', ')}`]
}

function readJson (file: string): unknown {
  // Reading a pipe would wait for a writer.
  if (!statSync(file).isFile()) throw new Error('it is not a regular file')
  const bytes = readFileSync(file)
  if (!isUtf8(bytes)) throw new Error('it is not UTF-8')
  return parseJson(bytes.toString())
}

/** Why a file's text can't be taken. */
export function describeUnreadable (error: Error): string {
  return error instanceof MalformedJson ? `it is ${error.message}` : `it can't be read: ${error.message}`
}

import type * as JsoncParser from 'jsonc-parser'
import { load } from '../node.ts'
import { quote } from './quote.ts'

/** Thrown for text that is not JSON, or that has a name twice. The message says which, with line and column. */
export class MalformedJson extends Error {}

/**
 * Parses JSON, with or without a byte order mark. It rejects an object that has a name twice: a usual parser would keep
 * the last value and silently drop the others.
 * @throws {MalformedJson}
 */
export function parseJson (text: string): unknown {
  const json = text.charCodeAt(0) === 0xFEFF ? text.slice(1) : text
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw describeSyntax(json)
  }
  // Outside of strings, every colon follows a name.
  if (measure(json).colons === namesIn(value)) return value
  throw describeRepetition(json)
}

// The engine's own message sometimes lacks a position. A second parser finds it, and is loaded only now.
function describeSyntax (json: string): MalformedJson {
  const { parse, printParseErrorCode } = load('jsonc-parser') as typeof JsoncParser
  const problems: JsoncParser.ParseError[] = []
  try {
    parse(json, problems, { disallowComments: true })
  } catch {
    return new MalformedJson('not JSON: nested too deeply to be read')
  }
  const [{ error, offset }] = problems as [JsoncParser.ParseError]
  const inWords = printParseErrorCode(error).replace(/(?<!^)[A-Z]/g, letter => ` ${letter}`).toLowerCase()
  return new MalformedJson(`not JSON: ${inWords} ${placeOf(json, offset)}`)
}

function describeRepetition (json: string): MalformedJson {
  const { visit } = load('jsonc-parser') as typeof JsoncParser
  const open: Array<Set<string>> = []
  let message = ''
  try {
    visit(json, {
      onObjectBegin () { open.push(new Set()) },
      onObjectEnd () { open.pop() },
      onObjectProperty (name, offset) {
        const names = open.at(-1) as Set<string>
        if (names.has(name)) message ||= `the name ${quote(name)} is repeated ${placeOf(json, offset)}`
        names.add(name)
      }
    })
  } catch {
    message ||= 'an object has a name twice'
  }
  return new MalformedJson(`ambiguous: ${message}`)
}

function placeOf (json: string, offset: number): string {
  const linesBefore = json.slice(0, offset).split('\n')
  return `at line ${linesBefore.length}, column ${(linesBefore.at(-1) as string).length + 1}`
}

/** How many commas and colons a JSON text has outside of strings, and how many levels deep it is nested. */
export function measure (json: string): { commas: number, colons: number, levels: number } {
  let [commas, colons, level, levels] = [0, 0, 0, 0]
  let isInString = false
  for (let index = 0; index < json.length; index++) {
    const sign = json.charCodeAt(index)
    if (sign === 0x22) isInString = !isInString
    else if (isInString) index += sign === 0x5C ? 1 : 0
    else if (sign === 0x2C) commas++
    else if (sign === 0x3A) colons++
    else if (sign === 0x5B || sign === 0x7B) levels = Math.max(levels, ++level)
    else if (sign === 0x5D || sign === 0x7D) level--
  }
  return { commas, colons, levels }
}

function namesIn (value: unknown): number {
  let count = 0
  const left = [value]
  while (left.length > 0) {
    const next = left.pop()
    if (Array.isArray(next)) for (const item of next) left.push(item)
    if (!isPlainObject(next)) continue
    for (const name in next) {
      count++
      left.push(next[name])
    }
  }
  return count
}

/** How many fields the object with the most has, at any depth. */
export function mostFieldsIn (value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const values = Object.values(value)
  const own = Array.isArray(value) ? 0 : values.length
  return values.reduce((most: number, inner) => Math.max(most, mostFieldsIn(inner)), own)
}

/** Whether a value is a JSON object. */
export function isPlainObject (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

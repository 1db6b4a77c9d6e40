import type * as JsoncParser from 'jsonc-parser'
import { load } from '../node.ts'
import { quote } from './quote.ts'

/** Thrown for text that is not JSON, or that has a name twice. The message says which, with line and column. */
export class MalformedJson extends Error {}

/**
 * Parses JSON, with or without a byte order mark. It rejects an object that has a name twice: a usual parser would keep
 * the last value and silently drop the others.
 * @param measured what `measure` returned for the text, if it was called before.
 * @throws {MalformedJson}
 */
export function parseJson (text: string, { colons } = measure(text)): unknown {
  const json = text.charCodeAt(0) === 0xFEFF ? text.slice(1) : text
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw describeSyntax(json)
  }
  // Outside of strings, every colon follows a name.
  if (colons === namesIn(value)) return value
  throw describeRepetition(json)
}

/** The most spaces in a row, and the most backslashes, that the second parser reads. It would take long over more. */
const maxInRow = 100_000

// The engine's own message sometimes lacks a position. A second parser finds it, and is loaded only now.
function describeSyntax (json: string): MalformedJson {
  const isWide = json.match(/[ \t]{9,}/g)?.some(({ length }) => length > maxInRow)
  if (isWide || json.split('\\').length - 1 > maxInRow) {
    const excess = isWide ? `${maxInRow} spaces in a row` : `${maxInRow} backslashes`
    return new MalformedJson(`not JSON: it has more than ${excess}, so its problems are not looked for`)
  }
  const { visit, printParseErrorCode } = load('jsonc-parser') as typeof JsoncParser
  try {
    // The parser goes on after a problem, so the first one ends it.
    visit(json, {
      onError (error, offset) {
        const inWords = printParseErrorCode(error).replace(/(?<!^)[A-Z]/g, letter => ` ${letter}`).toLowerCase()
        throw new MalformedJson(`not JSON: ${inWords} ${placeOf(json, offset)}`)
      }
    }, { disallowComments: true })
  } catch (error) {
    if (error instanceof MalformedJson) return error
  }
  return new MalformedJson('not JSON: nested too deeply to be read')
}

// JSON.parse could read the text, so every string ends. The second parser would take long over some texts.
function describeRepetition (json: string): MalformedJson {
  const open: Array<Set<string>> = []
  let [start, end] = [0, 0]
  let message = ''
  for (let index = 0; index < json.length && message === ''; index++) {
    const sign = json[index]
    if (sign === '{') open.push(new Set())
    else if (sign === '}') open.pop()
    else if (sign === '"') {
      start = index++
      while (json[index] !== '"') index += json[index] === '\\' ? 2 : 1
      end = index + 1
    } else if (sign === ':') {
      const name = JSON.parse(json.slice(start, end)) as string
      const names = open.at(-1) as Set<string>
      if (names.has(name)) message = `the name ${quote(name)} is repeated ${placeOf(json, start)}`
      names.add(name)
    }
  }
  return new MalformedJson(`ambiguous: ${message}`)
}

function placeOf (json: string, offset: number): string {
  let [line, start] = [1, 0]
  for (let end = json.indexOf('\n'); end !== -1 && end < offset; end = json.indexOf('\n', start)) {
    line++
    start = end + 1
  }
  return `at line ${line}, column ${offset - start + 1}`
}

/** What a JSON text has outside of strings. */
export interface Measured {
  commas: number
  colons: number
  /** How many levels deep it is nested. */
  levels: number
  /** How many fields the object with the most has, unless it is on a level below the hundredth. */
  fields: number
}

/** Measures a JSON text. That takes far less time than to parse it. */
export function measure (json: string): Measured {
  let [commas, colons, levels, fields] = [0, 0, 0, 0]
  // The fields so far of each open object and list. It ignores what is written beyond its end.
  const open = new Uint32Array(100)
  let [level, own] = [0, 0]
  let isInString = false
  for (let index = 0; index < json.length; index++) {
    const sign = json.charCodeAt(index)
    if (sign === 0x22) isInString = !isInString
    else if (isInString) index += sign === 0x5C ? 1 : 0
    else if (sign === 0x2C) commas++
    else if (sign === 0x3A) {
      colons++
      fields = Math.max(fields, ++own)
    } else if (sign === 0x5B || sign === 0x7B) {
      open[level++] = own
      levels = Math.max(levels, level)
      own = 0
    } else if (sign === 0x5D || sign === 0x7D) {
      own = open[--level] ?? 0
    }
  }
  return { commas, colons, levels, fields }
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

/** Whether a value is a JSON object. */
export function isPlainObject (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

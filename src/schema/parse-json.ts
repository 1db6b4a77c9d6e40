import { createRequire } from 'node:module'
import type * as JsoncParser from 'jsonc-parser'

/** Thrown for text that is not JSON; the message says what was expected, and at which line and column. */
export class MalformedJson extends Error {}

/**
 * Parses JSON, after a byte order mark too.
 * @throws {MalformedJson}
 */
export function parseJson (text: string): unknown {
  const json = text.charCodeAt(0) === 0xFEFF ? text.slice(1) : text
  try {
    return JSON.parse(json)
  } catch {
    // The engine's own message has no position for some problems, so a second parser, loaded only now, finds it.
    const { parse, printParseErrorCode } = createRequire(import.meta.url)('jsonc-parser') as typeof JsoncParser
    const problems: JsoncParser.ParseError[] = []
    try {
      parse(json, problems, { disallowComments: true })
    } catch {
      throw new MalformedJson('nested too deeply to be read')
    }
    const [{ error, offset }] = problems as [JsoncParser.ParseError]
    const inWords = printParseErrorCode(error).replace(/(?<!^)[A-Z]/g, letter => ` ${letter}`).toLowerCase()
    const linesBefore = json.slice(0, offset).split('\n')
    const column = (linesBefore.at(-1) as string).length + 1
    throw new MalformedJson(`${inWords} at line ${linesBefore.length}, column ${column}`)
  }
}

/** Whether a value is a JSON object. */
export function isPlainObject (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

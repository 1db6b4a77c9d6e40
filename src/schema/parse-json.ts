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
    throw new MalformedJson(describeMalformed(json))
  }
}

// The engine's own message has no position for some problems, so a second parser, loaded only now, finds it.
function describeMalformed (text: string): string {
  const { parse, printParseErrorCode } = createRequire(import.meta.url)('jsonc-parser') as typeof JsoncParser
  const problems: JsoncParser.ParseError[] = []
  try {
    parse(text, problems, { disallowComments: true })
  } catch {
    return 'nested too deeply to be read'
  }
  const [problem] = problems as [JsoncParser.ParseError]
  return `${inWords(printParseErrorCode(problem.error))} at ${positionIn(text, problem.offset)}`
}

function inWords (code: string): string {
  return code.replace(/(?<!^)[A-Z]/g, letter => ` ${letter.toLowerCase()}`).toLowerCase()
}

function positionIn (text: string, offset: number): string {
  const linesBefore = text.slice(0, offset).split('\n')
  return `line ${linesBefore.length}, column ${(linesBefore.at(-1) as string).length + 1}`
}

/** Whether a value is a JSON object. */
export function isPlainObject (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

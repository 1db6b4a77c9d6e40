import type { AnySchemaObject, ErrorObject } from 'ajv'
import { closest, distance } from 'fastest-levenshtein'
import { quote } from './quote.ts'

/** What is wrong at one place of a value, in Ajv's terms. */
export type SchemaProblem = Pick<ErrorObject, 'keyword' | 'instancePath' | 'params' | 'parentSchema' | 'data'>

/** How many problems one message lists. */
export const maxProblems = 100

/** Describes each problem in one phrase. Beyond 100 it only counts them. */
export function describeProblems<Problem extends SchemaProblem> (
  errors: readonly Problem[] | null | undefined,
  describe: (problem: Problem) => string = describeProblem
): string[] {
  const all = errors as readonly Problem[]
  // If one value breaks several keywords of its schema, Ajv reports them one after another. The first is enough.
  const first = all.filter(({ keyword, instancePath }, index) => {
    const isOfChild = keyword === 'additionalProperties' || keyword === 'required'
    return isOfChild || instancePath !== all[index - 1]?.instancePath
  })
  return shorten(first, describe)
}

/** Describes the first 100 problems, and says how many more there are. */
export function shorten<Problem> (
  problems: readonly Problem[], describe: (problem: Problem) => string = String
): string[] {
  const shown = [...new Set(problems.slice(0, maxProblems).map(problem => describe(problem)))]
  return problems.length > maxProblems ? [...shown, `and ${problems.length - maxProblems} more`] : shown
}

/** Whether a problem stands for the ones that were cut off. */
export function isRest (problem: string): boolean {
  return /^and \d+ more$/.test(problem)
}

/** Says where a problem is (JSON pointer), what was expected and what was found. */
export function describeProblem ({ keyword, instancePath, params, parentSchema, data }: SchemaProblem): string {
  const schema = parentSchema as AnySchemaObject
  if (keyword === 'required') return `${childPointer(instancePath, params.missingProperty)} is missing`
  if (keyword === 'additionalProperties') {
    const { additionalProperty: name } = params
    return `${childPointer(instancePath, name)} is not a known field${suggest(name, Object.keys(schema.properties))}`
  }

  const types: string[] = [schema.type].flat()
  const expected = schema.enum
    ? `one of ${schema.enum.map(quote).join(', ')}`
    : types.map(type => describeType(type, schema)).join(' or ')
  let got = quote(data)
  if (schema['x-secret']) {
    // The name in `name:secret` may be shown. A text without a colon may be a secret as a whole.
    const [name, secret] = String(data).split(':')
    got = secret === undefined ? '"…"' : quote(`${name}:…`)
  }
  return `${instancePath} must be ${expected}, got ${got}`.trimStart()
}

/** Returns `; did you mean "x"?` if a known name is close enough. Otherwise it lists the known names. */
export function suggest (name: string, known: readonly string[]): string {
  if (known.length === 0) return '; none are known here'
  const nearest = closest(name.slice(0, 100), known)
  const isNear = distance(name.slice(0, 100), nearest) <= Math.min(3, name.length / 2)
  return isNear ? `; did you mean "${nearest}"?` : `; known are ${known.join(', ')}`
}

/** Returns the JSON pointer of a field under another. Long names are cut. */
export function childPointer (parent: string, name: string): string {
  return `${parent}/${cutName(name).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** Cuts a name of any length to what fits into a message. */
export function cutName (name: string): string {
  return name.length > 80 ? `${name.slice(0, 80)}…` : name
}

/** Describes what a schema accepts of one type. */
function describeType (type: string, schema: AnySchemaObject): string {
  if (schema.pattern && type === 'string') return schema.title ?? schema.description
  if (schema.minLength && type === 'string') return 'a string that is not empty'
  if (schema.maximum !== undefined && (type === 'integer' || type === 'number')) {
    const exception = schema.not ? ` other than ${schema.not.const}` : ''
    return `${typeNames[type]} from ${schema.minimum} to ${schema.maximum}${exception}`
  }
  return typeNames[type] as string
}

const typeNames: Record<string, string> = {
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null'
}

/** How deep a value may be nested to be kept and compared. The engine fails on values that are far deeper. */
export const maxLevels = 100

/** Returns the fields of an object that are nested deeper than that. */
export function nestingProblems (object: Record<string, unknown>): string[] {
  const expected = `must be nested no more than ${maxLevels} levels deep, the body included`
  const problems: string[] = []
  for (const name in object) {
    if (isDeeper(object[name], maxLevels - 1)) problems.push(`${childPointer('', name)} ${expected}`)
  }
  return problems
}

function isDeeper (value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  for (const name in value) if (isDeeper((value as Record<string, unknown>)[name], levels - 1)) return true
  return false
}

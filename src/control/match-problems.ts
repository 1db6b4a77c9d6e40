import { METHODS } from 'node:http'
import { basePaths, belowBasePath, isSimulatorsPath, pathOf, stripBasePath } from '../protocol/base-paths.ts'
import type { Catalogue, Fields } from '../protocol/catalogue.ts'
import { isSound } from '../protocol/validation.ts'
import { notSimulated } from '../resources/index.ts'
import { MatchSchema } from '../sandbox/match.ts'
import type { Match } from '../sandbox/match.ts'
import { RuleSchema, ruleProblems } from '../sandbox/rule.ts'
import type { Rule } from '../sandbox/rule.ts'
import { childPointer, describeProblems, nestingProblems, suggest } from '../schema/describe-problems.ts'
import { quote } from '../schema/quote.ts'
import { isPlainObject } from '../schema/parse-json.ts'
import { validatorOf } from '../schema/validators.ts'

/** How many conditions a match can have, including the fields and items of its body. */
const maxConditions = 100

/** How many characters its names and values can have together. */
const maxCharacters = 65_536

/** How many characters the name of a header or parameter can have. */
const maxNameLength = 200

/**
 * How many characters a pattern can have, how many of them can be `*`, and how many can be between two of these. The
 * engine finds a part of up to 250 characters in one pass over any text. For a longer one, it may need very many.
 */
const maxPatternLength = 2000
const maxStars = 20
const maxPartLength = 250

const usualMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * Returns the problems of a match besides those of its schema: unknown names, each with the closest known one, and
 * names that exclude each other.
 * @param ofSchema the schema problems of the body that holds the match. If the match has any, nothing is added.
 */
export function matchProblems (
  match: Match = {}, catalogue: Catalogue, ofSchema: readonly string[] = []
): string[] {
  if (!isSound('match', ofSchema)) return []
  const { operation, resource, method, path, params, query, headers, body } = match

  // Limit the work: every request is compared with every condition and searched for every pattern.
  const count = conditionsIn(match)
  if (count > maxConditions) return [`/match must have at most ${maxConditions} conditions, got ${count}`]
  const characters = charactersIn(match)
  if (characters > maxCharacters) {
    return [`/match must have at most ${maxCharacters} characters in its names and values, got ${characters}`]
  }
  const limits: string[] = []
  for (const [part, patterns] of Object.entries({ match: { path }, query, headers, params })) {
    for (const [name, pattern] of Object.entries(patterns ?? {})) {
      const place = part === 'match' ? '/match/path' : childPointer(`/match/${part}`, name)
      const parts = String(pattern).split('*')
      const stars = parts.length - 1
      if (name.length > maxNameLength) limits.push(`${place} must have a name of at most ${maxNameLength} characters`)
      if (String(pattern).length > maxPatternLength) {
        limits.push(`${place} must have at most ${maxPatternLength} characters`)
      }
      if (stars > maxStars) limits.push(`${place} must have at most ${maxStars} times *, got ${stars}`)
      if (parts.slice(1, -1).some(part => part.length > maxPartLength)) {
        limits.push(`${place} must have at most ${maxPartLength} characters between two *`)
      }
    }
  }
  const spellings = new Map<string, string>()
  for (const name of Object.keys(headers ?? {})) {
    const first = spellings.get(name.toLowerCase())
    spellings.set(name.toLowerCase(), name)
    if (first === undefined) continue
    const [place, other] = [name, first].map(spelling => childPointer('/match/headers', spelling))
    limits.push(`${place} must be left out where there is ${other}, the same header`)
  }
  if (limits.length > 0) return limits
  const all = [...catalogue.values()]
  const problems: string[] = []

  const checkName = (field: string, what: string, name: string | undefined, known: readonly string[]) => {
    if (name === undefined || known.includes(name)) return
    problems.push(`/match/${field} must be ${what}, got ${quote(name)}${suggest(name, known)}`)
  }
  checkName('operation', "an operation's id", operation, all.map(candidate => candidate.operation))
  checkName('resource', 'a resource', resource, [...new Set(all.map(candidate => candidate.resource))])
  const owner = all.find(candidate => candidate.operation === operation)?.resource ?? resource
  if (problems.length === 0 && resource !== undefined && owner !== resource) {
    problems.push(`/match/resource must be ${quote(owner)}, the resource of ${operation}, got ${quote(resource)}`)
  }

  // Check the other fields against the operations that may be meant. If a name is wrong, these are all operations.
  const areNamesRight = problems.length === 0
  const meant = all.filter(candidate => !areNamesRight || (
    (operation ?? candidate.operation) === candidate.operation &&
    (resource ?? candidate.resource) === candidate.resource
  ))

  // Every operation with GET also accepts HEAD.
  const methods = meant.map(candidate => candidate.method)
  const isTaken = methods.includes(method as string) || (method === 'HEAD' && methods.includes('GET'))
  if (method !== undefined && !METHODS.includes(method)) {
    const advice = suggest(method.toUpperCase(), usualMethods)
    problems.push(`/match/method must be a method of HTTP, got ${quote(method)}${advice}`)
  } else if (method !== undefined && operation !== undefined && !isTaken) {
    const advice = suggest(method, methods)
    problems.push(`/match/method must be one that ${operation} has, got ${quote(method)}${advice}`)
  }

  if (path !== undefined) {
    const routed = pathOf(stripBasePath(path))
    if (!/^[/*]/.test(path)) problems.push(`/match/path must begin with / or *, got ${quote(path)}`)
    else if (/\{.*\}/.test(path)) problems.push(`/match/path must have a value or * for each {…}, got ${quote(path)}`)
    else if (routed !== path) {
      problems.push(`/match/path must be as the server routes it, ${quote(routed)}, got ${quote(path)}`)
    } else if (isSimulatorsPath(path)) {
      const own = 'a path of the simulator itself, which no rule applies to and no journal has'
      problems.push(`/match/path must not be ${own}, got ${quote(path)}`)
    } else if (!/^(?:\*|\/ovoc\/v\d)/.test(path)) {
      // Other programs' paths may have any name, so only the first names of OVOC's own paths show a mistake.
      const meantPath = belowBasePath(path)
      const firstNames = [...all.map(candidate => candidate.path), ...notSimulated.keys()].map(firstNameOf)
      if (firstNames.includes(firstNameOf(meantPath.slice(basePaths[0].length)))) {
        const advice = `as ${quote(meantPath)} does, or with *`
        problems.push(`/match/path must begin with a base path, ${advice}, got ${quote(path)}`)
      }
    }
  }

  const knownParams = meant.map(candidate => leaves(candidate.params))
  problems.push(...fieldProblems('/match/params', 'a parameter of such a path', params, knownParams))
  // A match without an operation may look for a parameter that no operation has.
  if (operation !== undefined) {
    const knownQuery = meant.map(candidate => leaves(candidate.query))
    problems.push(...fieldProblems('/match/query', `a parameter of ${operation}`, query, knownQuery))
  }
  // A path that is not simulated has fields of its own.
  if (operation !== undefined || path === undefined) {
    const knownBody = meant.map(candidate => candidate.bodyFields)
    problems.push(...fieldProblems('/match/body', 'a field of such a body', body, knownBody))
  }
  return problems
}

function firstNameOf (path: string): string | undefined {
  return path.split('/')[1]
}

const validate = validatorOf(RuleSchema, [MatchSchema])

/** Returns the problems of a rule that did not come in the body of a request. */
export function problemsOfGivenRule (given: unknown, catalogue: Catalogue): string[] {
  const { respond, ...fields } = isPlainObject(given) ? given : { respond: undefined }
  const ofSchema = validate(isPlainObject(given) ? fields : given) ? [] : describeProblems(validate.errors)
  const rule = given as Rule | null | undefined
  const ofRule = ofSchema.length > 0 ? [] : ruleProblems(rule as Rule)
  const ofValue = [...ofSchema, ...nestingProblems(fields)]
  return [...ofValue, ...ofRule, ...matchProblems(rule?.match, catalogue, ofValue)]
}

/** Returns how many conditions a match has, including the fields and items of its body on all levels. */
export function conditionsIn ({ params = {}, query = {}, headers = {}, body = {}, ...others }: Match): number {
  const names = [others, params, query, headers].flatMap(Object.keys)
  return names.length + fieldsIn(body)
}

function fieldsIn (value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce((sum: number, item) => sum + 1 + fieldsIn(item), 0)
}

/** Returns how many patterns of a match are searched for in a text: those with two `*` or more. */
export function searchesIn ({ path = '', params, query, headers }: Match): number {
  const patterns = [path, ...[params, query, headers].flatMap(part => Object.values(part ?? {}))]
  return patterns.filter(pattern => String(pattern).split('*').length > 2).length
}

function charactersIn (value: unknown): number {
  if (typeof value !== 'object' || value === null) return String(value).length
  return Object.entries(value).reduce((sum, [name, item]) => sum + name.length + charactersIn(item), 0)
}

function leaves (names: readonly string[]): Fields {
  return Object.fromEntries(names.map(name => [name, {}]))
}

/** Returns a problem for each field that none of the known objects has, at any depth. */
function fieldProblems (
  pointer: string, what: string, given: object | undefined, known: readonly Fields[]
): string[] {
  const names = [...new Set(known.flatMap(Object.keys))]
  return Object.entries(given ?? {}).flatMap(([name, value]) => {
    const place = childPointer(pointer, name)
    if (!names.includes(name)) return [`${place} is not ${what}${suggest(name, names)}`]
    const below = known.flatMap(fields => Object.hasOwn(fields, name) ? [fields[name] as Fields] : [])
    return isPlainObject(value) ? fieldProblems(place, what, value, below) : []
  })
}

import { METHODS } from 'node:http'
import type { Catalogue, CataloguedOperation, Fields } from '../protocol/catalogue.ts'
import { isSound } from '../protocol/validation.ts'
import type { Match } from '../sandbox/match.ts'
import { childPointer, suggest } from '../schema/describe-problems.ts'
import { quote } from '../schema/quote.ts'
import { isPlainObject } from '../schema/parse-json.ts'

/** What is wrong with the names under `/match`: unknown ones, each with the closest known one, and those that exclude each other. */
export function matchProblems (match: Match, catalogue: Catalogue): string[] {
  const all = [...catalogue.values()]
  const names = [...operationProblems(match, all), ...resourceProblems(match, all)]
  const meant = names.length > 0 ? all : all.filter(candidate => isMeant(candidate, match))
  return [...names, ...methodProblems(match, meant), ...pathProblems(match), ...nameProblems(match, meant)]
}

/** The problems of a body, and those of its `/match`, where its shape is right. */
export function withMatchProblems (problems: readonly string[], match: Match | undefined, catalogue: Catalogue): string[] {
  return [...problems, ...isSound('match', problems) ? matchProblems(match ?? {}, catalogue) : []]
}

function isMeant ({ operation, resource }: CataloguedOperation, match: Match): boolean {
  return (match.operation ?? operation) === operation && (match.resource ?? resource) === resource
}

function operationProblems ({ operation }: Match, all: readonly CataloguedOperation[]): string[] {
  return unknownName('operation', "an operation's id", operation, all.map(candidate => candidate.operation))
}

function resourceProblems ({ operation, resource }: Match, all: readonly CataloguedOperation[]): string[] {
  const expected = all.find(candidate => candidate.operation === operation)?.resource ?? resource
  const unknown = unknownName('resource', 'a resource', resource, [...new Set(all.map(candidate => candidate.resource))])
  if (unknown.length > 0 || expected === resource || resource === undefined) return unknown
  return [`/match/resource must be ${quote(expected)}, of which ${operation} is, got ${quote(resource)}`]
}

function unknownName (field: string, what: string, name: string | undefined, known: readonly string[]): string[] {
  if (name === undefined || known.includes(name)) return []
  return [`/match/${field} must be ${what}, got ${quote(name)}${suggest(name, known)}`]
}

const usualMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

function methodProblems ({ operation, method }: Match, meant: readonly CataloguedOperation[]): string[] {
  if (method === undefined) return []
  if (!METHODS.includes(method)) return [`/match/method must be a method of HTTP, got ${quote(method)}${suggest(method.toUpperCase(), usualMethods)}`]
  if (operation === undefined || meant.some(candidate => takes(candidate.method, method))) return []
  return [`/match/method must be one that ${operation} has, got ${quote(method)}${suggest(method, meant.map(candidate => candidate.method))}`]
}

// Whatever takes GET takes HEAD.
function takes (known: string, method: string): boolean {
  return known === method || (known === 'GET' && method === 'HEAD')
}

function pathProblems ({ path }: Match): string[] {
  return path === undefined || /^[/*]/.test(path) ? [] : [`/match/path must begin with / or *, got ${quote(path)}`]
}

function nameProblems ({ operation, params, query, body }: Match, meant: readonly CataloguedOperation[]): string[] {
  return [
    ...fieldProblems('/match/params', 'a parameter of such a path', params, meant.map(candidate => leaves(candidate.params))),
    // Whoever names no operation may watch for a parameter that none has.
    ...operation === undefined ? [] : fieldProblems('/match/query', `a parameter of ${operation}`, query, meant.map(candidate => leaves(candidate.query))),
    ...fieldProblems('/match/body', 'a field of such a body', body, meant.map(({ bodyFields }) => bodyFields))
  ]
}

function leaves (names: readonly string[]): Fields {
  return Object.fromEntries(names.map(name => [name, {}]))
}

/** The fields that none of the known objects has, at any depth. */
function fieldProblems (pointer: string, what: string, given: object | undefined, known: readonly Fields[]): string[] {
  const names = [...new Set(known.flatMap(Object.keys))]
  return Object.entries(given ?? {}).flatMap(([name, value]) => {
    const place = childPointer(pointer, name)
    if (!names.includes(name)) return [`${place} is not ${what}${suggest(name, names)}`]
    const below = known.flatMap(fields => Object.hasOwn(fields, name) ? [fields[name] as Fields] : [])
    return isPlainObject(value) ? fieldProblems(place, what, value, below) : []
  })
}

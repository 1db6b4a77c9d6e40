import { METHODS } from 'node:http'
import type { Catalogue, CataloguedOperation } from '../protocol/catalogue.ts'
import { doors, enterDoor } from '../protocol/doors.ts'
import type { Match } from '../sandbox/match.ts'
import { childPointer, suggest } from '../schema/describe-faults.ts'
import { quote } from '../schema/quote.ts'

/** What is named under `/match` that no request could be: unknown names with the closest known one, and names that exclude each other. */
export function matchFaults (match: Match, catalogue: Catalogue): string[] {
  const all = [...catalogue.values()]
  const names = [...operationFaults(match, all), ...resourceFaults(match, all)]
  const meant = names.length > 0 ? all : all.filter(candidate => isMeant(candidate, match))
  return [...names, ...methodFaults(match, meant), ...pathFaults(match, all), ...fieldFaults(match, meant)]
}

function isMeant ({ operation, resource }: CataloguedOperation, match: Match): boolean {
  return (match.operation ?? operation) === operation && (match.resource ?? resource) === resource
}

function operationFaults ({ operation }: Match, all: readonly CataloguedOperation[]): string[] {
  return unknownName('operation', "an operation's id", operation, all.map(candidate => candidate.operation))
}

function resourceFaults ({ operation, resource }: Match, all: readonly CataloguedOperation[]): string[] {
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

function methodFaults ({ operation, method }: Match, meant: readonly CataloguedOperation[]): string[] {
  if (method === undefined) return []
  if (!METHODS.includes(method)) return [`/match/method must be a method of HTTP, got ${quote(method)}${suggest(method.toUpperCase(), usualMethods)}`]
  if (operation === undefined || meant.some(candidate => takes(candidate.method, method))) return []
  return [`/match/method must be one that ${operation} has, got ${quote(method)}${suggest(method, meant.map(candidate => candidate.method))}`]
}

// Whatever takes GET takes HEAD.
function takes (known: string, method: string): boolean {
  return known === method || (known === 'GET' && method === 'HEAD')
}

function pathFaults ({ path }: Match, all: readonly CataloguedOperation[]): string[] {
  if (path === undefined) return []
  if (!/^[/*]/.test(path)) return [`/match/path must begin with / or *, got ${quote(path)}`]
  const routed = routedPath(path, all)
  return routed === path ? [] : [`/match/path must be as requests are routed, without door, query and last slash: ${quote(routed)}, got ${quote(path)}`]
}

function routedPath (path: string, all: readonly CataloguedOperation[]): string {
  const [plain = ''] = path.split('?')
  const entered = plain.includes('%') ? plain : enterDoor(plain)
  const isBelowDoor = all.some(({ url }) => url.split('/')[1] === entered.split('/')[1])
  return `${isBelowDoor ? doors[0] : ''}${entered}`.replace(/(.)\/$/, '$1')
}

function fieldFaults ({ params, body }: Match, meant: readonly CataloguedOperation[]): string[] {
  const known = { params: unique(meant.flatMap(operation => operation.params)), body: unique(meant.flatMap(({ bodyFields }) => bodyFields)) }
  return [
    ...unknownFields('params', 'a parameter of such a path', params, known.params),
    ...unknownFields('body', 'a field of such a body', body, known.body)
  ]
}

function unknownFields (part: string, what: string, given: object | undefined, known: readonly string[]): string[] {
  return Object.keys(given ?? {}).filter(name => !known.includes(name)).map(name => `${childPointer(`/match/${part}`, name)} is not ${what}${suggest(name, known)}`)
}

function unique (names: string[]): string[] {
  return [...new Set(names)]
}

import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { distance } from 'fastest-levenshtein'
import { quote } from '../schema/quote.ts'
import { basePaths, isOvocPath, writtenPath } from './base-paths.ts'
import { answerError } from './error-responses.ts'
import { Refusal } from './refusal.ts'

interface KnownPath { segments: string[], methods: Set<string> }

/**
 * Refuses requests that no route takes, before their body is read: 501 on and below a path of `notSimulated`, which has
 * what is known by name only; 405 with `Allow` on a known path; else 404 with the closest one.
 */
export function refuseUnrouted (app: FastifyInstance, notSimulated: ReadonlyMap<string, string>): void {
  const known = new Map<string, KnownPath>()
  app.addHook('onRoute', route => remember(route, known))
  const refuse = (request: FastifyRequest) => refusal(request, [...known.values()], notSimulated)
  app.addHook('onRequest', (request, _reply, done) => done(request.is404 ? refuse(request) : undefined))
  app.setNotFoundHandler((request, reply) => answerError(refuse(request), request, reply))
}

function remember ({ url, method }: RouteOptions, known: Map<string, KnownPath>): void {
  if (url.endsWith('*')) return
  const path = known.get(url) ?? { segments: url.split('/'), methods: new Set() }
  for (const name of [method].flat()) path.methods.add(name)
  known.set(url, path)
}

function refusal (request: FastifyRequest, known: KnownPath[], notSimulated: ReadonlyMap<string, string>): Refusal {
  const [path = ''] = request.url.split('?')
  const bare = path.replace(/\/$/, '')
  const asked = quote(writtenPath(request.originalUrl))
  for (const [start, name] of notSimulated) if (`${path}/`.startsWith(`${basePaths[0]}${start}/`)) return unknownShape(asked, name)
  const sibling = known.find(candidate => matches(candidate, bare.split('/')))
  if (sibling !== undefined) return unknownMethod(request.method, asked, sibling)
  return unknownPath(asked, bare, [...known, ...[...notSimulated.keys()].map(knownByName)])
}

function knownByName (start: string): KnownPath {
  return { segments: `${basePaths[0]}${start}`.split('/'), methods: new Set() }
}

function matches ({ segments: pattern }: KnownPath, segments: string[]): boolean {
  return pattern.length === segments.length &&
    pattern.every((segment, index) => segment.startsWith(':') || segment === segments[index])
}

function unknownShape (asked: string, name: string): Refusal {
  return new Refusal(501, `an OVOC is known to have ${name}, but no public source shows their shape, so ${asked} is not simulated`)
}

function isOvocs ({ segments }: KnownPath): boolean {
  return isOvocPath(segments.join('/'))
}

function unknownMethod (method: string, asked: string, sibling: KnownPath): Refusal {
  const allowed = [...sibling.methods].join(', ')
  const reason = isOvocs(sibling) ? `no public source describes ${method} on ${asked}; known are` : `${asked} does not take ${method}; it takes`
  return new Refusal(405, `${reason} ${allowed}`, { allow: allowed })
}

function unknownPath (asked: string, path: string, known: readonly KnownPath[]): Refusal {
  const { segments, methods } = closestTo(path, known)
  const template = segments.join('/').replaceAll(/:(\w+)/g, '{$1}')
  return new Refusal(404, `there is no ${asked} here; the closest known path is ${template}${methods.size === 0 ? ', which is not simulated' : ''}`)
}

function closestTo (path: string, known: readonly KnownPath[]): KnownPath {
  const candidates = isOvocPath(path) ? known.filter(isOvocs) : known
  const distances = candidates.map(candidate => distanceTo(candidate, path))
  return candidates[distances.indexOf(Math.min(...distances))] as KnownPath
}

// What OVOC's paths stand under, or part of it, or another version's.
const prefix = /^(?:\/(?:tenantui|api|ovoc|v\d+)(?=\/|$))*/

// Neither what stands for a parameter nor the prefix of an OVOC path makes a difference.
function distanceTo (candidate: KnownPath, path: string): number {
  const given = (isOvocs(candidate) ? path.replace(prefix, basePaths[0]) : path).slice(0, 200)
  const segments = given.split('/')
  return distance(given, candidate.segments.map((name, index) => name.startsWith(':') ? segments[index] ?? name : name).join('/'))
}

import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { closest } from 'fastest-levenshtein'
import { quote } from '../schema/quote.ts'
import { doors, isOvocPath } from './doors.ts'
import { answerError } from './errors.ts'
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
  app.addHook('onRequest', async request => {
    if (request.is404) throw refuse(request)
  })
  app.setNotFoundHandler((request, reply) => answerError(refuse(request), request, reply))
}

function remember ({ url, method }: RouteOptions, known: Map<string, KnownPath>): void {
  if (!isOvocPath(url)) return
  const path = known.get(url) ?? { segments: url.split('/'), methods: new Set() }
  for (const name of [method].flat()) path.methods.add(name)
  known.set(url, path)
}

function refusal (request: FastifyRequest, known: KnownPath[], notSimulated: ReadonlyMap<string, string>): Refusal {
  const [path = ''] = request.url.split('?')
  for (const [start, name] of notSimulated) if (`${path}/`.startsWith(`${doors[0]}${start}/`)) return unknownShape(path, name)
  const segments = path.replace(/\/$/, '').split('/')
  const sibling = known.find(candidate => matches(candidate, segments))
  return sibling === undefined ? unknownPath(path, segments, known) : unknownMethod(request.method, path, sibling)
}

function matches ({ segments: pattern }: KnownPath, segments: string[]): boolean {
  return pattern.length === segments.length &&
    pattern.every((segment, index) => segment.startsWith(':') || segment === segments[index])
}

function unknownShape (path: string, name: string): Refusal {
  return new Refusal(501, `an OVOC is known to have ${name}, but no public source shows their shape, so ${quote(path)} is not simulated`)
}

function unknownMethod (method: string, path: string, { methods }: KnownPath): Refusal {
  const allowed = [...methods].join(', ')
  return new Refusal(405, `no public source describes ${method} on ${quote(path)}; known are ${allowed}`, { allow: allowed })
}

function unknownPath (path: string, segments: string[], known: KnownPath[]): Refusal {
  const candidates = known.map(({ segments: pattern }) => pattern.map((name, index) => name.startsWith(':') ? segments[index] ?? name : name).join('/'))
  const nearest = candidates.indexOf(closest(path.slice(0, 200), candidates))
  const template = known[nearest]?.segments.join('/').replaceAll(/:(\w+)/g, '{$1}')
  return new Refusal(404, `there is no ${quote(path)} here; the closest known path is ${template}`)
}

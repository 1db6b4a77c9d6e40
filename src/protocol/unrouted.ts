import type { FastifyInstance, FastifyRequest } from 'fastify'
import { distance } from 'fastest-levenshtein'
import { quote } from '../schema/quote.ts'
import { basePaths, belowBasePath, isOvocPath, writtenPath } from './base-paths.ts'
import { Refusal } from './refusal.ts'

/** The methods of each known path. */
type KnownPaths = Map<string, Set<string>>

/**
 * Rejects requests that no rule and no route responds to. It sends 501 on and below a path of `notSimulated`, which
 * holds the resources that are known only by name. On a known path it sends 405 with `Allow`. Any other path gets 404
 * with the closest path, if possible one with the same last name. On a known path it rejects a body with a
 * `bodyProblem`.
 * @returns a function that makes the error for a request without a route.
 */
export function refuseUnrouted (app: FastifyInstance, notSimulated: ReadonlyMap<string, string>) {
  const known: KnownPaths = new Map()
  app.addHook('onRoute', ({ url, method, schema }) => {
    // The files of a page help nobody as the closest path.
    if (schema?.hide && url.endsWith('/:file')) return
    known.set(url, new Set([...known.get(url) ?? [], ...[method].flat()]))
  })
  const refuse = (request: FastifyRequest) => refusalOf(request, known, notSimulated)
  app.addHook('preValidation', (request, reply, done) => {
    if (!request.is404) return done(request.bodyProblem)
    // A browser asks for a page and is redirected to the console.
    const isForPage = request.method === 'GET' && request.headers.accept?.includes('text/html')
    if (isForPage && request.url.split('?')[0] === '/') reply.redirect('__admin/console/')
    else done(refuse(request))
  })
  app.setNotFoundHandler(request => { throw refuse(request) })
  return refuse
}

function refusalOf (request: FastifyRequest, known: KnownPaths, notSimulated: ReadonlyMap<string, string>): Refusal {
  const { method } = request
  const [url = ''] = request.url.split('?')
  const path = url.replace(/\/$/, '')
  const asked = quote(writtenPath(request.originalUrl))

  for (const [start, name] of notSimulated) {
    if (!`${path}/`.startsWith(`${basePaths[0]}${start}/`)) continue
    const what = `an OVOC is known to have ${name}, but no public source shows their shape`
    return new Refusal(501, `${what}, so ${asked} is not simulated`)
  }

  const segments = path.split('/')
  for (const [pattern, methods] of known) {
    const names = pattern.split('/')
    if (names.length !== segments.length) continue
    if (!names.every((name, index) => name.startsWith(':') || name === segments[index])) continue
    const allow = [...methods].join(', ')
    const reason = isOvocPath(pattern)
      ? `no public source describes ${method} on ${asked}; known are`
      : `${asked} does not accept ${method}; it accepts`
    return new Refusal(405, `${reason} ${allow}`, { headers: { allow } })
  }

  const isOfOvoc = isOvocPath(path)
  const others = Array.from(notSimulated.keys(), start => `${basePaths[0]}${start}`)
  const candidates = [...known.keys(), ...others].filter(pattern => !isOfOvoc || isOvocPath(pattern))
  // A known last name counts more than similar spelling: /ovoc/v1/customers means /topology/customers.
  const named = candidates.filter(pattern => {
    const names = pattern.split('/')
    const last = names.findLastIndex(name => !name.startsWith(':'))
    return names[last] === segments.at(last - names.length)
  })
  const likely = named.length > 0 ? named : candidates
  // The prefix of an OVOC path does not count, nor does the value of a parameter.
  const given = { ovoc: belowBasePath(path).slice(0, 200), other: path.slice(0, 200) }
  const distances = likely.map(pattern => {
    const text = isOvocPath(pattern) ? given.ovoc : given.other
    const values = text.split('/')
    const names = pattern.split('/').map((name, index) => name.startsWith(':') ? values[index] ?? name : name)
    return distance(text, names.join('/'))
  })
  const closest = likely[distances.indexOf(Math.min(...distances))] as string
  const template = closest.replaceAll(/:(\w+)/g, '{$1}')
  const note = known.has(closest) ? '' : ', which is not simulated'
  return new Refusal(404, `there is no ${asked} here; the closest known path is ${template}${note}`)
}

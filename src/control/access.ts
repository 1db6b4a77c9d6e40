import { isIP } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isControlPath } from '../protocol/base-paths.ts'
import { Refusal } from '../protocol/refusal.ts'
import { HashedSecret } from '../schema/hash.ts'
import { quote } from '../schema/quote.ts'

/** Who may control the simulator. */
export interface ControlAccess {
  /** When not empty: callers who show it may, from any address, and nobody else. */
  adminToken: string
  /** Without a token: whether callers from every address may, or only those on this machine. */
  adminOpen: boolean
}

/** Rejects callers who may not control the simulator. Everybody may ask whether the server is ready. */
export function guardControl (app: FastifyInstance, { adminToken, adminOpen }: ControlAccess): void {
  const token = adminToken === '' ? undefined : new HashedSecret(adminToken)
  app.addHook('onRequest', (request, _reply, done) => {
    if (!isControlPath(request.url) || request.routeOptions.url === '/__admin/health') return done()
    if (token === undefined) {
      refuseStrangers(request, adminOpen)
      return done()
    }
    // Its files hold nothing of the server's; the page asks for the token that all else needs.
    if (request.routeOptions.url?.startsWith('/__admin/console')) return done()
    const [, shown = ''] = /^bearer +(.+)$/i.exec(request.headers.authorization ?? '') ?? []
    if (token.equals(new HashedSecret(shown))) return done()
    const got = shown === '' ? 'none was sent' : 'got another'
    const description = `this path expects in the header Authorization Bearer, then the admin token; ${got}`
    throw new Refusal(401, description, { 'www-authenticate': 'Bearer realm="ovoc-mock"' })
  })
}

/** Headers that proxies add, by which they tell for whom they ask. */
const ofProxies = new RegExp([
  '^(?:x-)?forwarded|^via$|(?:client|real|connecting|cluster|remote|source)-(?:ip|addr)',
  '^(?:cf|fastly|fly|akamai|proxy|x-(?:arr|azure|envoy|original|appengine|amzn|proxy\\w*))-'
].join('|'))

function refuseStrangers (request: FastifyRequest, isOpen: boolean): void {
  const { headers, host, hostname, ip, method, raw: { httpVersion } } = request
  // Only callers on this machine. A proxy on it passes on the requests of others; nginx does so in HTTP/1.0.
  const forwarded = Object.keys(headers).find(name => ofProxies.test(name))
  const isProxied = forwarded !== undefined || httpVersion === '1.0'
  const isOnThisMachine = /^(?:::ffff:)?127\.|^::1$/.test(ip) && !isProxied
  if (!isOpen && !isOnThisMachine) {
    const sign = forwarded === undefined ? 'HTTP/1.0' : `the header ${forwarded}`
    const got = isProxied ? `through a proxy, as ${sign} says` : `from ${ip}`
    const allowed = "this path is for callers on the simulator's machine"
    throw new Refusal(403, `${allowed}, got one ${got}; the options admin-token and admin-open let others in`)
  }

  // No page of another origin: its browser sends that origin, or says that it is another one.
  const { origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = headers
  if (origin !== undefined && /^https?:\/\/(.+)$/.exec(origin)?.[1] !== host) {
    throw new Refusal(403, `a page of ${quote(origin)} may not call this path without the option admin-token`)
  }
  // A link is harmless: the page that has it can't read what the person who follows it sees.
  const isRead = method === 'GET' || method === 'HEAD'
  const isLink = isRead && mode === 'navigate' && destination === 'document'
  if ((site === 'cross-site' || site === 'same-site') && !isLink) {
    const page = `a page of another origin (Sec-Fetch-Site: ${site})`
    throw new Refusal(403, `${page} may not call this path without the option admin-token`)
  }

  // No name that somebody may own: its owner can point it at this machine, and then a page under it has our own origin
  // (DNS rebinding). Nobody can do that with an address, a name without a dot, or *.localhost.
  const name = host.replace(/:\d*$/, '').replace(/^\[([^\]]*)\]$/, '$1')
  const isOwnerless = isIP(name) !== 0 || /^[\w-]*$|\.localhost$/.test(name)
  // With adminOpen programs may use every name, so only what a browser marks as a page's request is rejected. Over
  // plain HTTP browsers do not mark a page's GET to its own origin: such a page can read, but change nothing.
  const isOfPage = origin !== undefined || site === 'same-origin'
  if (!isOwnerless && (!isOpen || isOfPage)) {
    const answers = `this path answers under addresses and local names, not under ${quote(hostname)}`
    throw new Refusal(403, `${answers}, which may be another's; the option admin-token lets it in`)
  }
}

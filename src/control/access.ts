import { timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isControlPath } from '../protocol/base-paths.ts'
import { Refusal } from '../protocol/refusal.ts'
import { hashOf } from '../schema/hash.ts'
import { quote } from '../schema/quote.ts'

/** The callers who may control the simulator. */
export interface ControlAccess {
  /** If it is not empty, only callers who send it may control the simulator, from any address. */
  adminToken: string
  /** Without a token: whether callers from all addresses may control the simulator, or only those on this machine. */
  adminOpen: boolean
}

/** Rejects callers who may not control the simulator. Everybody may ask whether the server is ready. */
export function guardControl (app: FastifyInstance, { adminToken, adminOpen }: ControlAccess): void {
  const token = adminToken === '' ? undefined : hashOf(adminToken)
  app.addHook('onRequest', (request, _reply, done) => {
    if (!isControlPath(request.url) || request.routeOptions.url === '/__admin/health') return done()
    if (token === undefined) {
      refuseStrangers(request, adminOpen)
      return done()
    }
    // The console's files hold no data of the server. The page asks for the token that all other paths need.
    if (request.routeOptions.url?.startsWith('/__admin/console')) return done()
    const [, shown = ''] = /^bearer +(.+)$/i.exec(request.headers.authorization ?? '') ?? []
    if (timingSafeEqual(token, hashOf(shown))) return done()
    const got = shown === '' ? 'none was sent' : 'got another'
    const description = `this path expects in the header Authorization Bearer, then the admin token; ${got}`
    throw new Refusal(401, description, { headers: { 'www-authenticate': 'Bearer realm="ovoc-mock"' } })
  })
}

/** The headers that proxies add, for example to name the original caller. */
const ofProxies = new RegExp([
  '^(?:x[-_])?forwarded|^via$|(?:client|real|connecting|cluster|remote|source)-(?:ip|addr)',
  '^(?:cf|cdn|fastly|fly|akamai|proxy|ngrok|tailscale|front-end|x-(?:arr|azure|envoy|original|ms-original|appengine))-',
  '^x-(?:amzn|proxy\\w*|nginx|bluecoat|rewrite)-|^x-(?:host|scheme|varnish|real-port)$|^max-forwards$'
].join('|'))

function refuseStrangers (request: FastifyRequest, isOpen: boolean): void {
  const { headers, host, hostname, ip, method, raw: { httpVersion } } = request
  // Allow only callers on this machine. A proxy on it forwards requests of other callers; nginx uses HTTP/1.0 for this.
  const forwarded = Object.keys(headers).find(name => ofProxies.test(name))
  const isProxied = forwarded !== undefined || httpVersion === '1.0'
  const isOnThisMachine = /^(?:::ffff:)?127\.|^::1$/.test(ip) && !isProxied
  if (!isOpen && !isOnThisMachine) {
    const sign = forwarded === undefined ? 'HTTP/1.0' : `the header ${forwarded}`
    const got = isProxied ? `through a proxy, as ${sign} says` : `from ${ip}`
    const allowed = "this path is for callers on the simulator's machine"
    throw new Refusal(403, `${allowed}, got one ${got}; the options admin-token and admin-open let others in`)
  }

  // Reject pages of other origins. The browser sends the origin, or says that it is another one.
  const { origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = headers
  if (origin !== undefined && /^https?:\/\/(.+)$/.exec(origin)?.[1] !== host) {
    throw new Refusal(403, `a page of ${quote(origin)} may not call this path without the option admin-token`)
  }
  // A link is harmless: its page can't read the response that a person sees after a click.
  const isRead = method === 'GET' || method === 'HEAD'
  const isLink = isRead && mode === 'navigate' && destination === 'document'
  if ((site === 'cross-site' || site === 'same-site') && !isLink) {
    const page = `a page of another origin (Sec-Fetch-Site: ${site})`
    throw new Refusal(403, `${page} may not call this path without the option admin-token`)
  }

  // Reject names that somebody may own. The owner can point the name at this machine, so that a page under it has our
  // own origin (DNS rebinding). This is impossible with an address, a name without a dot, or *.localhost.
  const name = host.replace(/:\d*$/, '').replace(/^\[([^\]]*)\]$/, '$1')
  const isOwnerless = isIP(name) !== 0 || /^[\w-]*$|\.localhost$/.test(name)
  // With adminOpen, programs may use every name, so only requests that a browser marks as a page's are rejected. Over
  // plain HTTP, browsers do not mark a page's GET to its own origin. This page can read, but it can't change anything.
  const isOfPage = origin !== undefined || site === 'same-origin'
  if (!isOwnerless && (!isOpen || isOfPage)) {
    const served = `this path answers under addresses and local names, not under ${quote(hostname)}`
    throw new Refusal(403, `${served}, which may be another's; the option admin-token lets it in`)
  }
}

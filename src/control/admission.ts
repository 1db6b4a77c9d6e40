import { isIP } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isControlPath } from '../protocol/doors.ts'
import { Refusal } from '../protocol/refusal.ts'
import { HashedSecret } from '../schema/hashed-secret.ts'
import { quote } from '../schema/quote.ts'

/** Who may control the simulator. */
export interface ControlAdmission {
  /** When not empty, whoever shows it may, from any address, and nobody else. */
  adminToken: string
  /** Without a token: whether every address may, or this machine alone. */
  adminOpen: boolean
}

/** Where anybody may ask whether the server is ready. */
const healthPath = '/__admin/health'

/** Refuses those who may not control the simulator. */
export function guardControl (app: FastifyInstance, admission: ControlAdmission): void {
  const check = admission.adminToken === '' ? addressCheck(admission.adminOpen) : tokenCheck(admission.adminToken)
  app.addHook('onRequest', (request, _reply, done) => {
    if (isControlPath(request.url) && request.routeOptions.url !== healthPath) check(request)
    done()
  })
}

type Check = (request: FastifyRequest) => void

function tokenCheck (adminToken: string): Check {
  const expected = new HashedSecret(adminToken)
  return ({ headers: { authorization = '' } }) => {
    const [, shown = ''] = /^bearer +(.+)$/i.exec(authorization) ?? []
    if (expected.equals(new HashedSecret(shown))) return
    const got = shown === '' ? 'none was sent' : 'got another'
    throw new Refusal(401, `this path expects the header Authorization: Bearer, then the admin token; ${got}`, { 'www-authenticate': 'Bearer realm="ovoc-mock"' })
  }
}

function addressCheck (isOpen: boolean): Check {
  return ({ headers, host, hostname, ip }) => {
    if (!isOpen) refuseOutsider(ip, headers)
    refuseOtherPages(headers, host)
    if ((!isOpen || isOfPage(headers)) && !isLocalName(hostname)) {
      throw new Refusal(403, `this path answers under addresses and local names, not under ${quote(hostname)}, which may be another's; the option admin-token lets it in`)
    }
  }
}

function refuseOutsider (ip: string, headers: object): void {
  const forwarded = Object.keys(headers).find(name => name === 'forwarded' || name.startsWith('x-forwarded-'))
  if (loopback.test(ip) && forwarded === undefined) return
  const got = forwarded === undefined ? `from ${ip}` : `through a proxy, as the header ${forwarded} says`
  throw new Refusal(403, `this path is for callers on the simulator's machine, got one ${got}; the options admin-token and admin-open let others in`)
}

const loopback = /^(?:::ffff:)?127\.|^::1$/

type Headers = FastifyRequest['headers']

function refuseOtherPages (headers: Headers, host: string): void {
  const { origin, 'sec-fetch-site': site } = headers
  if (origin !== undefined && !isSameOrigin(origin, host)) throw new Refusal(403, `a page of ${quote(origin)} may not call this path without the option admin-token`)
  if ((site === 'cross-site' || site === 'same-site') && !isLink(headers)) throw new Refusal(403, `a page of another origin (Sec-Fetch-Site: ${site}) may not call this path without the option admin-token`)
}

// The page that has a link can't read what somebody sees who follows it.
function isLink (headers: Headers): boolean {
  return headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
}

// Over plain http a browser says of a GET to the page's own origin neither Origin nor Sec-Fetch-Site, unless that is this machine, and whatever
// else it says a page can change. So where all addresses are let in, a page whose owner makes its name lead here reads as any program may, but
// changes nothing: the alternative would shut out the programs that know the server by a full name.
function isOfPage (headers: Headers): boolean {
  return headers.origin !== undefined || headers['sec-fetch-site'] === 'same-origin'
}

function isSameOrigin (origin: string, host: string): boolean {
  return /^https?:\/\/(.+)$/.exec(origin)?.[1] === host
}

// A page can make a name that it owns lead to this machine, but neither an address nor a name without a dot.
function isLocalName (hostname: string): boolean {
  const name = hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(name) !== 0 || !name.includes('.') || name.endsWith('.localhost')
}

import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isControlPath } from '../protocol/doors.ts'
import { Refusal } from '../protocol/refusal.ts'
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
  const expected = hashOf(adminToken)
  return ({ headers: { authorization = '' } }) => {
    const [, shown = ''] = /^bearer +(.+)$/i.exec(authorization) ?? []
    if (timingSafeEqual(expected, hashOf(shown))) return
    throw new Refusal(401, 'this path expects the header Authorization: Bearer, then the admin token', { 'www-authenticate': 'Bearer realm="ovoc-mock"' })
  }
}

function hashOf (text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function addressCheck (isOpen: boolean): Check {
  return request => {
    const { headers, host, ip } = request
    const { origin } = headers
    if (!isOpen) refuseOutsider(ip, headers)
    if (origin !== undefined && !isSameOrigin(origin, host)) throw new Refusal(403, `a page of ${quote(origin)} may not call this path without the option admin-token`)
    if ((!isOpen || origin !== undefined) && !isLocalName(request.hostname)) {
      throw new Refusal(403, `this path answers under addresses and local names, not under ${quote(request.hostname)}, which may be another's; the option admin-token lets it in`)
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

function isSameOrigin (origin: string, host: string): boolean {
  return /^https?:\/\/(.+)$/.exec(origin)?.[1] === host
}

// A page can make a name that it owns lead to this machine, but neither an address nor a name without a dot.
function isLocalName (hostname: string): boolean {
  const name = hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(name) !== 0 || !name.includes('.') || name.endsWith('.localhost')
}

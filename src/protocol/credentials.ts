import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { quote } from '../schema/quote.ts'
import type { Accounts, Role } from './accounts.ts'
import { isLivePlatformPath, isOvocPath } from './doors.ts'
import { Refusal } from './refusal.ts'

declare module 'fastify' {
  interface FastifyRequest { role: Role | undefined }
}

/** Says what the bearer of a token may do at an instant, or what is wrong with the token. */
type TokenCheck = (token: string, now: Date) => Promise<{ role: Role } | { fault: string }>

/** Who may call, and whether one must say who one is. */
export interface Admission {
  /** `off` ignores credentials, `optional` refuses wrong ones, `required` refuses none too. */
  auth: 'off' | 'optional' | 'required'
  users: Accounts
  checkToken: TokenCheck
}

interface Door { scheme: string, challenge: string, expected: string, roleOf (value: string, request: FastifyRequest): Promise<Role> }

/** Checks the credentials of every request for an OVOC path, known or not: Basic at an OVOC server's door, Bearer at Live Platform's. */
export function checkCredentials (app: FastifyInstance, admission: Admission): void {
  app.decorateRequest('role', undefined)
  if (admission.auth === 'off') return
  const [direct, livePlatform] = [basicDoor(admission.users), bearerDoor(admission.checkToken)]
  const isRequired = admission.auth === 'required'
  app.addHook('onRequest', (request, _reply, done) => {
    if ((request.headers.authorization === undefined && !isRequired) || !isForOvoc(request)) return done()
    const door = isLivePlatformPath(request.originalUrl) ? livePlatform : direct
    enter(door, request).then(role => {
      request.role = role
      // Before the body is read it isn't known whether a PUT changes: without a body it retrieves.
      if (request.method !== 'PUT' && !request.is404) refuseChangeByMonitor(request)
      done()
    }).catch(done)
  })
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.body !== undefined) refuseChangeByMonitor(request)
    done()
  })
}

/** Tells whether a request is for an OVOC path. A path may be spelt with percent signs where the router reads letters, so the route counts too. */
export function isForOvoc ({ url, routeOptions }: FastifyRequest): boolean {
  return isOvocPath(url) || isOvocPath(routeOptions.url ?? '')
}

async function enter (door: Door, request: FastifyRequest): Promise<Role> {
  const header = request.headers.authorization
  const [scheme = '', value = ''] = (header ?? '').split(/ +(.*)/s)
  if (scheme.toLowerCase() === door.scheme.toLowerCase()) return door.roleOf(value, request)
  const got = header === undefined ? 'none was sent' : `got ${describeScheme(scheme)}`
  throw unauthorized(`this path expects the header Authorization: ${door.scheme}, then ${door.expected}; ${got}`, door.challenge)
}

// What has no known scheme may be a secret itself.
function describeScheme (scheme: string): string {
  return /^(?:basic|bearer|digest|negotiate|ntlm|)$/i.test(scheme) ? `the scheme ${quote(scheme)}` : 'another scheme, or none'
}

function basicDoor (users: Accounts): Door {
  const refuse = (description: string) => unauthorized(description, basicChallenge)
  return {
    scheme: 'Basic',
    challenge: basicChallenge,
    expected: 'the base64 of name:password',
    async roleOf (value) {
      const pair = readBasic(value)
      if (pair === undefined) throw refuse('what follows Basic must be the base64 of name:password')
      const role = users.roleOf(...pair)
      if (role === undefined) throw refuse('the user name or the password is wrong')
      return role
    }
  }
}

/** What asks for Basic credentials, and for letters in UTF-8, as RFC 7617 has it. */
export const basicChallenge = 'Basic realm="OVOC", charset="UTF-8"'

/** What asks for an access token. */
export const bearerChallenge = 'Bearer realm="OVOC"'

/** Whether a header has Basic credentials, or what is meant to be such. */
export function isBasic (authorization = ''): boolean {
  return /^basic /i.test(authorization)
}

/** The name and the secret of Basic credentials, if they are such. What is no UTF-8 is taken for Latin-1, in which some clients write. */
export function readBasic (value: string): [name: string, secret: string] | undefined {
  const bytes = Buffer.from(/^[A-Za-z0-9+/]+={0,2}$/.test(value) ? value : '', 'base64')
  const text = bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : [text.slice(0, colon), text.slice(colon + 1)]
}

function bearerDoor (checkToken: TokenCheck): Door {
  return {
    scheme: 'Bearer',
    challenge: bearerChallenge,
    expected: 'an access token of /{tenant}/oauth2/v2.0/token',
    async roleOf (token, { clock }) {
      const result = await checkToken(token, clock.now())
      if ('role' in result) return result.role
      throw unauthorized(result.fault, `${bearerChallenge}, error="invalid_token", error_description="${headerText(result.fault)}"`)
    }
  }
}

// RFC 6750 section 3 allows no quotation marks, backslashes and letters beyond ASCII here.
function headerText (text: string): string {
  return text.replaceAll('"', "'").replaceAll(/[^ -~]|\\/g, '?')
}

function unauthorized (description: string, challenge: string): Refusal {
  return new Refusal(401, description, { 'www-authenticate': challenge })
}

const readMethods = ['GET', 'HEAD', 'OPTIONS']

function refuseChangeByMonitor ({ role, method }: FastifyRequest): void {
  if (role !== 'monitor' || readMethods.includes(method)) return
  throw new Refusal(403, `the role monitor may only read, and this ${method} changes; admin and operator may`)
}

import { isUtf8 } from 'node:buffer'
import type { FastifyInstance } from 'fastify'
import type { Accounts, Role } from '../schema/accounts.ts'
import { quote } from '../schema/quote.ts'
import { isControlPath, isLivePlatformPath, isOvocPath } from './base-paths.ts'
import { Refusal } from './refusal.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * Whether credentials are required but the caller's were not checked. The request then uses no sandbox and none of
     * its rules. The secret in the body of a token request ends this state.
     */
    isStranger: boolean
  }
}

/** The accounts of callers, and whether callers must authenticate. */
export interface Access {
  /** `off` ignores credentials, `optional` rejects wrong ones, `required` rejects missing ones too. */
  auth: 'off' | 'optional' | 'required'
  users: Accounts
  tokens: {
    /** Returns the role of a token's bearer at an instant, or what is wrong with the token. */
    check (token: string, now: Date): Promise<{ role: Role } | { problem: string }>
  }
}

/**
 * Checks the credentials of every request for an OVOC path, known or not, before its body is read. Wrong or missing
 * ones get 401, and a change by a monitor gets 403.
 */
export function checkCredentials (app: FastifyInstance, { auth, users, tokens }: Access): void {
  app.decorateRequest('isStranger', false)
  if (auth === 'off') return
  app.addHook('onRequest', (request, _reply, done) => {
    const { url, originalUrl, method, headers } = request
    if (headers.authorization === undefined && auth === 'optional') return done()
    // The router decodes percent-encoded letters in a path, so the path of the route counts too.
    if (!isOvocPath(url) && !isOvocPath(request.routeOptions.url ?? '')) {
      if (auth === 'required' && !isControlPath(url)) request.isStranger = true
      return done()
    }

    // The base path of an OVOC server expects Basic. Those of Live Platform expect Bearer.
    const isLivePlatform = isLivePlatformPath(originalUrl)
    const [scheme = '', value = ''] = (headers.authorization ?? '').split(/ +(.*)/s)
    if (scheme.toLowerCase() !== (isLivePlatform ? 'bearer' : 'basic')) {
      const [expected, challenge] = isLivePlatform
        ? ['Bearer, then an access token of /{tenant}/oauth2/v2.0/token', bearerChallenge]
        : ['Basic, then the base64 of name:password', basicChallenge]
      // An unknown scheme may be a secret itself.
      const isKnown = /^(?:basic|bearer|digest|negotiate|ntlm|)$/i.test(scheme)
      const shown = isKnown ? `the scheme ${quote(scheme)}` : 'another scheme, or none'
      const got = headers.authorization === undefined ? 'none was sent' : `got ${shown}`
      throw unauthorized(`this path expects in the header Authorization ${expected}; ${got}`, challenge)
    }

    // A PUT without a body retrieves. A PUT with a chunked body counts as a change, although the body may be empty.
    const changes = method === 'PUT'
      ? headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
      : !['GET', 'HEAD', 'OPTIONS'].includes(method)
    const checkRole = (role: Role) => {
      // The router reports unknown paths and methods.
      if (role === 'monitor' && !request.is404 && changes) {
        throw new Refusal(403, `the role monitor may only read, and this ${method} changes; admin and operator may`)
      }
    }

    if (isLivePlatform) {
      tokens.check(value, request.clock.now()).then(result => {
        if ('role' in result) return checkRole(result.role)
        // RFC 6750 section 3 allows no quotation marks, backslashes and letters beyond ASCII here.
        const description = result.problem.replaceAll('"', "'").replaceAll(/[^ -~]|\\/g, '?')
        const problem = `error="invalid_token", error_description="${description}"`
        throw unauthorized(result.problem, `${bearerChallenge}, ${problem}`)
      }).then(() => done(), done)
      return
    }
    const pair = readBasic(value)
    if (pair === undefined) {
      throw unauthorized('the text after Basic must be the base64 of name:password', basicChallenge)
    }
    const role = users.roleOf(...pair)
    if (role === undefined) throw unauthorized('the user name or the password is wrong', basicChallenge)
    checkRole(role)
    done()
  })
}

function unauthorized (description: string, challenge: string): Refusal {
  return new Refusal(401, description, { headers: { 'www-authenticate': challenge } })
}

/** The challenge for Basic credentials in UTF-8, in the form of RFC 7617. */
export const basicChallenge = 'Basic realm="OVOC", charset="UTF-8"'

/** The challenge for an access token. */
export const bearerChallenge = 'Bearer realm="OVOC"'

/** Returns whether a header has Basic credentials, well-formed or not. */
export function isBasic (authorization = ''): boolean {
  return /^basic /i.test(authorization)
}

/**
 * Returns the name and the secret of Basic credentials, or undefined if they are malformed.
 * Bytes that are not UTF-8 are read as Latin-1, because some clients send it.
 */
export function readBasic (value: string): [name: string, secret: string] | undefined {
  const bytes = Buffer.from(/^[A-Za-z0-9+/]+={0,2}$/.test(value) ? value : '', 'base64')
  const text = bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : [text.slice(0, colon), text.slice(colon + 1)]
}

import type { Client } from './harness.ts'

export const tenant = '11111111-2222-3333-4444-555555555555'
export const application = '99999999-8888-7777-6666-555555555555'
export const tokenPath = `/${tenant}/oauth2/v2.0/token`

/** Returns a token request. `changes` replaces its usual parameters, and undefined leaves one out. */
export function tokenForm (changes: Record<string, string | undefined> = {}): { method: string, text: string, headers: Record<string, string> } {
  const usual = { grant_type: 'client_credentials', client_id: 'ovoc-client', client_secret: 'ovoc-secret', scope: 'api://ovoc/.default' }
  const given = Object.entries({ ...usual, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { method: 'POST', text: new URLSearchParams(given).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } }
}

export async function takeToken (call: Client, changes?: Record<string, string | undefined>): Promise<string> {
  return (await call(tokenPath, tokenForm(changes))).body.access_token
}

export function bearer (token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` }
}

export function basic (name: string, secret: string): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}` }
}

/** Returns the claims of a token without checking it. */
export function claimsOf (token: string): Record<string, any> {
  return JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString())
}

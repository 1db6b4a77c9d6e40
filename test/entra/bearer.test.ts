import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { SignJWT } from 'jose'
import t from 'tap'
import { application, bearer, claimsOf, takeToken, tenant, tokenForm, tokenPath } from '../callers.ts'
import { start } from '../harness.ts'
import type { Client } from '../harness.ts'
import { buildWithKey, tokenKeyFile } from '../token-key.ts'

const path = '/api/ovoc/v1/topology/customers/85844'

// Several tests share this server, because none of them changes it.
const call = await buildWithKey(t)

async function refusal (call: Client, token: string): Promise<string> {
  const { status, headers, body } = await call(path, { headers: bearer(token) })
  const challenge = `Bearer realm="OVOC", error="invalid_token", error_description="${body.description.replaceAll('"', "'").replaceAll('…', '?')}"`
  return status === 401 && headers['www-authenticate'] === challenge ? body.description : `${status} ${headers['www-authenticate']}`
}

async function refusedScope (call: Client, scope: string): Promise<string | undefined> {
  const { status, body } = await call(tokenPath, tokenForm({ scope }))
  const isRefused = status === 400 && body.error === 'invalid_resource' && body.error_codes[0] === 500011
  return isRefused ? /^AADSTS500011: (.*)\r\nTrace/.exec(body.error_description)?.[1] : `${status} ${body.error}`
}

t.test("a token of the simulator's token endpoint is valid for both base paths of Live Platform, but not for OVOC's", async t => {
  const call = await buildWithKey(t, { auth: 'required' })
  const headers = bearer(await takeToken(call))
  t.equal((await call(path, { method: 'PUT', headers })).status, 200)
  t.equal((await call(`/tenantui${path}`, { headers })).status, 200)
  t.equal((await call('/ovoc/v1/topology/customers/85844', { headers })).status, 401)
})

t.test('the bearer of a token has the role of its client', async t => {
  const call = await buildWithKey(t, { client: ['reader:s:monitor', 'writer:s:operator'] })
  const put = async (client: string) => call(path, { method: 'PUT', body: {}, headers: bearer(await takeToken(call, { client_id: client, client_secret: 's' })) })
  t.equal((await put('writer')).status, 200)
  t.match(await put('reader'), { status: 403, body: { description: 'the role monitor may only read, and this PUT changes; admin and operator may' } })
})

t.test('a text that is not a signed JWT is rejected as a token', async t => {
  for (const text of ['', 'abc', 'a.b.c', `${await takeToken(call)} x`]) t.equal(await refusal(call, text), 'the token is not a signed JWT', text)
})

t.test('a token with changed claims or another algorithm is rejected', async t => {
  const token = await takeToken(call)
  const wrong = "the token is not signed with this server's key; the option token-key gives several servers the same one"
  const [head, , signature] = token.split('.')
  const forged = Buffer.from(JSON.stringify({ ...claimsOf(token), roles: ['admin'], exp: 9e9 })).toString('base64url')
  t.equal(await refusal(call, `${head}.${forged}.${signature}`), wrong)
  t.equal(await refusal(call, await new SignJWT(claimsOf(token)).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32))), 'the token is not signed with RS256')
})

t.test('unknown claims of a token are ignored, even one with the name "problem"', async t => {
  const key = createPrivateKey(readFileSync(tokenKeyFile(), 'utf8'))
  const claims = { ...claimsOf(await takeToken(call)), problem: 1 }
  const token = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(key)
  t.equal((await call(path, { headers: bearer(token) })).status, 200)
})

t.test('without --audience, tokens exist only for an api://… or a GUID, and OVOC accepts each of them', async t => {
  for (const scope of ['api://anything/.default', `${application}/.default`]) {
    t.equal((await call(path, { headers: bearer(await takeToken(call, { scope })) })).status, 200, scope)
  }
  for (const audience of ['https://graph.example', 'api://', 'ovoc']) {
    t.equal(await refusedScope(call, `${audience}/.default`), `the tenant '${tenant}' has no application with the identifier '${audience}'; this server accepts any api://… and any GUID but Microsoft's own`)
  }
})

t.test("OVOC rejects a token for one of Microsoft's own applications", async t => {
  const narrow = await buildWithKey(t, { audience: ['api://ovoc', 'urn:ovoc'] })
  for (const audience of ['https://graph.microsoft.com', '00000003-0000-0000-C000-000000000000', 'https://management.azure.com']) {
    const scope = `${audience}/.default`
    t.equal(await refusal(call, await takeToken(call, { scope })), `the token is for '${audience}', but this server accepts any api://… and any GUID but Microsoft's own`)
    t.equal(await refusal(narrow, await takeToken(narrow, { scope })), `the token is for '${audience}', but this server accepts 'api://ovoc', 'urn:ovoc'`)
  }
})

t.test('with --audience, tokens exist only for the given audiences, and OVOC accepts each of them', async t => {
  const call = await buildWithKey(t, { audience: ['api://ovoc', 'urn:ovoc'] })
  t.equal((await call(path, { headers: bearer(await takeToken(call)) })).status, 200)
  t.equal((await call(path, { headers: bearer(await takeToken(call, { scope: 'urn:ovoc/.default' })) })).status, 200)
  t.equal(await refusedScope(call, 'api://other/.default'), `the tenant '${tenant}' has no application with the identifier 'api://other'; this server accepts 'api://ovoc', 'urn:ovoc'`)
})

t.test("a token is valid from its issue to its expiry by the sandbox's clock, even if it was accepted before", async t => {
  const { url, app } = await start(t, { tokenKey: tokenKeyFile(), tokenLifetime: 600 })
  const { clock } = app.sandboxes.default
  const at = (instant: string) => { clock.now = () => new Date(instant) }
  at('2026-01-01T00:00:00.000Z')
  const call: Client = async (path, { headers = {}, method = 'GET', text = null } = {}) => {
    const answer = await fetch(url + path, { headers, method, body: text })
    return { status: answer.status, headers: Object.fromEntries(answer.headers), text: '', body: await answer.json() }
  }
  const token = await takeToken(call)
  at('2026-01-01T00:09:59.999Z')
  t.equal((await call(path, { headers: bearer(token) })).status, 200)
  at('2026-01-01T00:10:00.000Z')
  t.equal(await refusal(call, token), 'the token expired at 2026-01-01T00:10:00.000Z')
  at('2025-12-31T23:59:59.999Z')
  t.equal(await refusal(call, token), 'the token is not valid before 2026-01-01T00:00:00.000Z')
})

t.test('an accepted token stays valid after a hundred other tokens', async t => {
  const first = await takeToken(call)
  t.equal((await call(path, { headers: bearer(first) })).status, 200)
  for (let count = 0; count < 100; count++) await call(path, { method: 'HEAD', headers: bearer(await takeToken(call)) })
  t.equal((await call(path, { headers: bearer(first) })).status, 200)
})

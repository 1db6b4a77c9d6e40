import { createLocalJWKSet, jwtVerify } from 'jose'
import t from 'tap'
import { application, basic, claimsOf, takeToken, tenant, tokenForm, tokenPath } from '../callers.ts'
import { buildWithKey } from '../token-key.ts'

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

// Shared by all tests: none changes it.
const call = await buildWithKey(t)

t.test('client credentials get a token that lasts 3599 seconds and must not be stored', async t => {
  const call = await buildWithKey(t, { auth: 'required' })
  const answer = await call(tokenPath, tokenForm())
  t.equal(answer.status, 200)
  t.match(answer.headers, { 'cache-control': 'no-store, no-cache', pragma: 'no-cache', 'content-type': 'application/json; charset=utf-8' })
  t.same({ ...answer.body, access_token: '' }, { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: '' })
})

t.test('the token has the claims of an Entra application token, version 2.0', async t => {
  const call = await buildWithKey(t, { client: [`${application}:s:operator`], tokenLifetime: 60 })
  const answer = await call(tokenPath, tokenForm({ client_id: application, client_secret: 's' }))
  t.match(answer.body, { expires_in: 60, ext_expires_in: 60 })
  const claims = claimsOf(answer.body.access_token)
  t.match(claims, {
    aud: 'api://ovoc',
    iss: `http://localhost:80/${tenant}/v2.0`,
    azp: application,
    appid: application,
    azpacr: '1',
    oid: guid,
    sub: claims.oid,
    roles: ['operator'],
    tid: tenant,
    uti: guid,
    ver: '2.0'
  })
  t.same([claims.nbf, claims.exp], [claims.iat, claims.iat + 60])
  t.ok(Math.abs(claims.iat - Date.now() / 1000) < 60)
})

t.test('the audience of a token is the scope without /.default', async t => {
  for (const audience of ['api://ovoc', 'api://ovoc/part', application]) {
    t.equal(claimsOf(await takeToken(call, { scope: `${audience}/.default` })).aud, audience)
  }
})

t.test('the client secret may come in a Basic header, form-encoded or not', async t => {
  const call = await buildWithKey(t, { client: ['my client:s%:e/c+:admin', 'plain:100%'] })
  const form = tokenForm({ client_id: undefined, client_secret: undefined })
  for (const [name, secret] of [['my+client', 's%25%3Ae%2Fc%2B'], ['plain', '100%']] as const) {
    t.equal((await call(tokenPath, { ...form, headers: { ...form.headers, ...basic(name, secret) } })).status, 200, name)
  }
})

t.test('the published key verifies the token', async t => {
  const keys = (await call(`/${tenant}/discovery/v2.0/keys`)).body
  t.match(keys, { keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256', kid: String, n: String, e: 'AQAB', issuer: `http://localhost:80/${tenant}/v2.0` }] })
  t.equal(keys.keys[0].d, undefined)
  const { protectedHeader } = await jwtVerify(await takeToken(call), createLocalJWKSet(keys), { issuer: keys.keys[0].issuer, audience: 'api://ovoc' })
  t.same(protectedHeader, { typ: 'JWT', alg: 'RS256', kid: keys.keys[0].kid })
})

t.test('discovery names the endpoints at the address that the client called', async t => {
  const { body } = await call('/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration', { headers: { host: 'login.example:8443' } })
  const base = 'http://login.example:8443/contoso.onmicrosoft.com'
  t.match(body, {
    issuer: `${base}/v2.0`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic']
  })
})

t.test('discovery, keys and tokens use the address that a proxy reports', async t => {
  const proto = { 'x-forwarded-proto': 'https' }
  const host = { 'x-forwarded-host': 'mock.example:8443' }
  for (const [headers, address] of [
    [proto, 'https://localhost:80'],
    [host, 'http://mock.example:8443'],
    [{ ...proto, ...host, 'x-forwarded-prefix': '/mock/a.b/' }, 'https://mock.example:8443/mock/a.b'],
    [{ 'x-forwarded-proto': 'HTTPS , http', 'x-forwarded-host': 'a.example, b.example', 'x-forwarded-prefix': '/a, /b' }, 'https://a.example/a'],
    [{ ...host, forwarded: 'for=192.0.2.1; Proto=https;host="[2001:db8::1]:443", proto=http' }, 'https://[2001:db8::1]:443'],
    [{ ...proto, ...host, forwarded: 'for=192.0.2.1' }, 'https://mock.example:8443'],
    // A header that can't be part of an address is ignored; the other headers count.
    [{ ...proto, 'x-forwarded-host': 'evil.example/path' }, 'https://localhost:80'],
    [{ ...host, 'x-forwarded-proto': 'javascript' }, 'http://mock.example:8443'],
    [{ ...host, 'x-forwarded-prefix': '//evil.example' }, 'http://mock.example:8443'],
    [{ ...host, 'x-forwarded-prefix': '/a/../b' }, 'http://mock.example:8443'],
    [{ 'x-forwarded-prefix': 'mock' }, 'http://localhost:80'],
    [{ 'x-forwarded-prefix': '/' }, 'http://localhost:80'],
    ...['user@evil.example', 'a b', '', 'a:port', '-', 'a.example:123456', '"'].map(name => [{ 'x-forwarded-host': name }, 'http://localhost:80'] as const),
    [{ forwarded: 'host="evil.example/x";proto=ftp' }, 'http://localhost:80']
  ] as Array<[Record<string, string>, string]>) {
    const issuer = `${address}/${tenant}/v2.0`
    const { body } = await call(`/${tenant}/v2.0/.well-known/openid-configuration`, { headers })
    t.match(body, { issuer, token_endpoint: address + tokenPath }, JSON.stringify(headers))
    t.equal((await call(`/${tenant}/discovery/v2.0/keys`, { headers })).body.keys[0].issuer, issuer)
    const form = tokenForm()
    const { body: { access_token: token } } = await call(tokenPath, { ...form, headers: { ...form.headers, ...headers } })
    t.equal(claimsOf(token).iss, issuer)
  }
})

t.test('a request to sign in is a 501 that names the supported grant', async t => {
  const answer = await call(`/${tenant}/oauth2/v2.0/authorize?client_id=x`)
  t.same([answer.status, answer.body.description], [501, 'the simulator gives tokens to programs only: POST grant_type=client_credentials to the token endpoint'])
})

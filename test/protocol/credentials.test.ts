import t from 'tap'
import { basic } from '../callers.ts'
import { build, sendRaw, start } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'
const origin = 'http://page.example'

t.test('credentials are optional by default, but wrong ones are rejected', async t => {
  const call = await build(t)
  t.equal((await call(path)).status, 200)
  t.equal((await call(path, { headers: basic('acladmin', 'pass_1234') })).status, 200)
  const wrong = await call(path, { headers: basic('acladmin', 'pass_12345') })
  t.same([wrong.status, wrong.body], [401, { description: 'the user name or the password is wrong' }])
  t.equal(wrong.headers['www-authenticate'], 'Basic realm="OVOC", charset="UTF-8"')
})

t.test('with auth: required, a 401 tells a caller without credentials what to send', async t => {
  const call = await build(t, { auth: 'required' })
  const direct = await call(path)
  t.same([direct.status, direct.headers['www-authenticate']], [401, 'Basic realm="OVOC", charset="UTF-8"'])
  t.equal(direct.body.description, 'this path expects in the header Authorization Basic, then the base64 of name:password; none was sent')
  for (const basePath of ['/api', '/tenantui/api']) {
    const answer = await call(basePath + path)
    t.same([answer.status, answer.headers['www-authenticate']], [401, 'Bearer realm="OVOC"'])
    t.equal(answer.body.description, 'this path expects in the header Authorization Bearer, then an access token of /{tenant}/oauth2/v2.0/token; none was sent')
  }
  t.equal((await call(path, { headers: basic('acladmin', 'pass_1234') })).status, 200)
})

t.test('with auth: off, the server ignores credentials', async t => {
  const call = await build(t, { auth: 'off', user: ['reader:pw:monitor'] })
  t.equal((await call(path, { headers: basic('nobody', 'x') })).status, 200)
  t.equal((await call(path, { method: 'PUT', body: {}, headers: basic('reader', 'pw') })).status, 200)
  t.equal((await call(`/api${path}`, { headers: { authorization: 'Bearer x' } })).status, 200)
})

t.test('credentials of the wrong scheme for a base path get a 401 that names the expected scheme', async t => {
  const call = await build(t)
  const direct = await call(path, { headers: { authorization: 'Bearer abc' } })
  t.same([direct.status, direct.headers['www-authenticate']], [401, 'Basic realm="OVOC", charset="UTF-8"'])
  t.equal(direct.body.description, 'this path expects in the header Authorization Basic, then the base64 of name:password; got the scheme "Bearer"')
  const livePlatform = await call(`/api${path}`, { headers: basic('acladmin', 'pass_1234') })
  t.same([livePlatform.status, livePlatform.headers['www-authenticate']], [401, 'Bearer realm="OVOC"'])
  t.match(livePlatform.body.description, 'expects in the header Authorization Bearer, then an access token of /{tenant}/oauth2/v2.0/token; got the scheme "Basic"')
  t.match((await call(path, { headers: { authorization: '' } })).body.description, 'got the scheme ""')
})

t.test('the scheme of credentials ignores case', async t => {
  const call = await build(t)
  const { authorization } = basic('acladmin', 'pass_1234')
  t.equal((await call(path, { headers: { authorization: authorization.replace('Basic', 'bASIC ') } })).status, 200)
})

t.test('malformed Basic credentials get a 401 that names the expected form', async t => {
  const call = await build(t)
  const nameOnly = Buffer.from('acladmin').toString('base64')
  for (const authorization of ['Basic', 'Basic acladmin:pass_1234', `Basic ${nameOnly}`, 'Basic ****']) {
    const answer = await call(path, { headers: { authorization } })
    t.same([answer.status, answer.body.description], [401, 'the text after Basic must be the base64 of name:password'], authorization)
  }
})

t.test('a 401 does not reveal whether a user exists', async t => {
  const call = await build(t, { user: ['alice:secret'] })
  const answers = await Promise.all([['alice', 'wrong'], ['bob', 'secret'], ['', ''], ['alice', '']].map(([name, secret]) => call(path, { headers: basic(name as string, secret as string) })))
  for (const { status, text } of answers) t.same([status, text], [401, answers[0]?.text])
})

t.test('passwords may contain colons and letters of every script', async t => {
  const call = await build(t, { auth: 'required', user: ['renée:pä:ss:operator', 'bob:admin'] })
  t.equal((await call(path, { headers: basic('renée', 'pä:ss') })).status, 200)
  t.equal((await call(path, { headers: basic('bob', 'admin') })).status, 200)
})

t.test('Basic credentials may be in Latin-1, because Python requests sends it', async t => {
  const call = await build(t, { user: ['renée:pä'] })
  const latin1 = Buffer.from('renée:pä', 'latin1').toString('base64')
  t.equal((await call(path, { headers: { authorization: `Basic ${latin1}` } })).status, 200)
  t.equal((await call(path, { headers: { authorization: `Basic ${Buffer.from('renée:pæ', 'latin1').toString('base64')}` } })).status, 401)
})

t.test('a monitor may only read, and admin and operator may change records', async t => {
  const call = await build(t, { user: ['reader:pw:monitor', 'worker:pw:operator', 'boss:pw'] })
  const headers = basic('reader', 'pw')
  t.equal((await call(path, { headers })).status, 200)
  t.equal((await call(path, { method: 'HEAD', headers })).status, 200)
  t.equal((await call(path, { method: 'PUT', headers })).status, 200, 'PUT without a body retrieves')
  const change = await call(path, { method: 'PUT', body: { name: 5 }, headers: { ...headers, origin } })
  t.same([change.status, change.body], [403, { description: 'the role monitor may only read, and this PUT changes; admin and operator may' }])
  t.equal(change.headers['access-control-allow-origin'], origin)
  const other = [['/ovoc/v1/alarms/fwdRules', 'POST'], ['/ovoc/v1/alarms/fwdRules/90311', 'DELETE']] as const
  for (const [target, method] of other) {
    for (const type of ['application/json', 'text/plain']) t.equal((await call(target, { method, text: '{', headers: { ...headers, 'content-type': type } })).status, 403, `${method} ${type}`)
  }
  t.equal((await call('/ovoc/v1/nothing', { method: 'POST', headers })).status, 404)
  for (const name of ['worker', 'boss']) t.equal((await call(path, { method: 'PUT', body: {}, headers: basic(name, 'pw') })).status, 200)
})

t.test('a change by a monitor is rejected before its body is read and before rules apply', async t => {
  const call = await build(t, { user: ['reader:pw:monitor'], rule: ['outage'] })
  const headers = { ...basic('reader', 'pw'), 'content-type': 'application/json' }
  for (const text of ['{', '5', ' ']) t.equal((await call(path, { method: 'PUT', text, headers })).status, 403, text)
  t.equal((await call(path, { method: 'PUT', headers })).status, 503, 'no change')
})

t.test('a PUT with a chunked body counts as a change by a monitor, even if the body is empty', async t => {
  const { url } = await start(t, { user: ['reader:pw:monitor'] })
  const put = `PUT ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: ${basic('reader', 'pw').authorization}\r\n`
  t.match(await sendRaw(url, `${put}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`), /^HTTP\/1.1 403 /)
  t.match(await sendRaw(url, `${put}Content-Length: 0\r\n\r\n`), /^HTTP\/1.1 200 /)
})

t.test('on OVOC paths, only callers with valid credentials learn that a path or method is unknown', async t => {
  const call = await build(t, { auth: 'required' })
  const headers = basic('acladmin', 'pass_1234')
  for (const [method, unknown, status] of [['GET', '/ovoc/v1/nothing', 404], ['DELETE', path, 405], ['OPTIONS', path, 405]] as const) {
    t.equal((await call(unknown, { method })).status, 401)
    t.equal((await call(unknown, { method, headers })).status, status)
  }
  t.equal((await call('/%6fvoc/v1/topology/customers/85844')).status, 401, 'percent-encoding does not evade the check')
})

t.test("the simulator's own paths and unknown paths outside OVOC require no credentials", async t => {
  const call = await build(t, { auth: 'required' })
  for (const own of ['/__admin/health', '/docs/', '/openapi.json', '/openapi.yaml']) t.equal((await call(own, { headers: basic('nobody', 'x') })).status, 200, own)
  t.equal((await call('/nothing')).status, 404)
})

t.test('a page of another origin can read a 401, and its preflight needs no credentials', async t => {
  const call = await build(t, { auth: 'required' })
  const refused = await call(path, { headers: { origin } })
  t.same([refused.status, refused.headers['access-control-allow-origin']], [401, origin])
  const preflight = { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization' }
  t.equal((await call(path, { method: 'OPTIONS', headers: preflight })).status, 204)
})

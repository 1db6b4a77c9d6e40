import t from 'tap'
import { basic, claimsOf, takeToken, tenant, tokenForm, tokenPath } from '../callers.ts'
import { buildWithKey } from '../token-key.ts'

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

// Shared by all tests: none changes it.
const call = await buildWithKey(t)

t.test('each wrong token request gets the code, error and status of Entra', async t => {
  const wrong: Array<[Record<string, string | undefined>, number, string, number, string]> = [
    [{ grant_type: undefined }, 400, 'invalid_request', 900144, "the form must have the parameter 'grant_type'"],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type', 70003, "grant_type must be 'client_credentials', got 'password'"],
    [{ client_id: undefined }, 400, 'invalid_request', 900144, "the form must have the parameter 'client_id'"],
    [{ client_id: 'x' }, 400, 'unauthorized_client', 700016, `the tenant '${tenant}' has no client with id 'x'`],
    [{ client_secret: undefined }, 401, 'invalid_client', 7000216, "the form must have the parameter 'client_secret'"],
    [{ client_secret: 'x' }, 401, 'invalid_client', 7000215, 'the secret is not that of the client'],
    [{ scope: '' }, 400, 'invalid_request', 900144, "the form must have the parameter 'scope'"],
    [{ scope: 'api://ovoc' }, 400, 'invalid_scope', 1002012, "scope must be the identifier of an application, then /.default, got 'api://ovoc'"],
    [{ scope: 'a/.default b/.default' }, 400, 'invalid_scope', 70011, "scope must be one scope, got 'a/.default b/.default'"]
  ]
  for (const [changes, status, error, code, sentence] of wrong) {
    const answer = await call(tokenPath, tokenForm(changes))
    t.same([answer.status, answer.body.error, answer.body.error_codes], [status, error, [code]], sentence)
    t.ok(answer.body.error_description.startsWith(`AADSTS${code}: ${sentence}`), answer.body.error_description)
  }
})

t.test('a token request with a repeated parameter is rejected, whichever parameter it is', async t => {
  for (const name of ['grant_type', 'client_id', 'client_secret', 'scope', 'other']) {
    const form = tokenForm({ other: 'x' })
    const { status, body } = await call(tokenPath, { ...form, text: `${form.text}&${name}=x` })
    t.same([status, body.error, body.error_codes], [400, 'invalid_request', [9000411]], name)
    t.ok(body.error_description.startsWith(`AADSTS9000411: the form must have the parameter '${name}' once only`), body.error_description)
  }
})

t.test('a token request is rejected if its form contradicts or repeats the credentials in its header', async t => {
  const ask = async (changes: Record<string, string | undefined>) => {
    const form = tokenForm({ client_id: undefined, client_secret: undefined, ...changes })
    return call(tokenPath, { ...form, headers: { ...form.headers, ...basic('ovoc-client', 'ovoc-secret') } })
  }
  for (const [changes, sentence] of [
    [{ client_secret: 'ovoc-secret' }, "the secret must be in the header Authorization or in the parameter 'client_secret', not in both"],
    [{ client_id: 'other' }, "the parameter 'client_id' must be left out or be that of the header Authorization, 'ovoc-client', got 'other'"]
  ] as const) {
    const { status, body } = await ask(changes)
    t.same([status, body.error, body.error_codes], [400, 'invalid_request', [9002313]])
    t.ok(body.error_description.startsWith(`AADSTS9002313: ${sentence}`), body.error_description)
  }
  t.equal((await ask({ client_id: 'ovoc-client' })).status, 200)
})

t.test('a wrong secret in the header gets a challenge; a wrong secret in the form does not', async t => {
  const form = tokenForm({ client_id: undefined, client_secret: undefined })
  const inHeader = await call(tokenPath, { ...form, headers: { ...form.headers, ...basic('ovoc-client', 'x') } })
  t.same([inHeader.status, inHeader.headers['www-authenticate']], [401, 'Basic realm="OVOC", charset="UTF-8"'])
  const inForm = await call(tokenPath, tokenForm({ client_secret: 'x' }))
  t.same([inForm.status, inForm.headers['www-authenticate']], [401, undefined])
})

t.test("an error has Entra's fields and the client-request-id of its request", async t => {
  const form = tokenForm({ grant_type: 'password' })
  const { body } = await call(tokenPath, form)
  t.match(body, { timestamp: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/, trace_id: guid, correlation_id: guid, error_uri: 'https://login.microsoftonline.com/error?code=70003' })
  t.ok(body.error_description.endsWith(`\r\nTrace ID: ${body.trace_id}\r\nCorrelation ID: ${body.correlation_id}\r\nTimestamp: ${body.timestamp}`))
  const id = 'aaaa0000-bb11-2222-33cc-444444dddddd'
  t.equal((await call(tokenPath, { ...form, headers: { ...form.headers, 'client-request-id': id } })).body.correlation_id, id)
})

t.test('a token request with a body that is not a form is an error that says what the body is', async t => {
  const form = tokenForm()
  const wrong: Array<[Record<string, string>, string]> = [
    [{ 'content-type': 'application/json' }, 'Content-Type "application/json"'],
    [{ 'content-type': 'text/plain; charset=utf-8' }, 'Content-Type "text/plain; charset=utf-8"'],
    [{ 'content-type': 'form' }, 'Content-Type "form"'],
    [{}, 'no Content-Type']
  ]
  for (const [headers, got] of wrong) {
    const { status, body } = await call(tokenPath, { ...form, headers })
    t.same([status, body.error, body.error_codes], [400, 'invalid_request', [900144]], got)
    t.ok(body.error_description.startsWith(`AADSTS900144: the body must be a form, with Content-Type application/x-www-form-urlencoded, got ${got}\r\n`), body.error_description)
  }
  const none = await call(tokenPath, { method: 'POST' })
  t.match(none.body.error_description, "AADSTS900144: the form must have the parameter 'grant_type'")
})

t.test('PUT on the token endpoint is rejected for its method, not for its body', async t => {
  t.same((await call(tokenPath, { method: 'PUT', body: {} })).body.error_codes, [900561])
})

t.test('a token request ignores an Authorization header without Basic credentials', async t => {
  const form = tokenForm({ client_id: undefined })
  for (const authorization of ['Basic ***', 'Bearer abc']) {
    t.match((await call(tokenPath, { ...form, headers: { ...form.headers, authorization } })).body.error_description, "parameter 'client_id'")
  }
})

t.test('GET on the token endpoint is an error that asks for POST', async t => {
  const { status, body } = await call(tokenPath)
  t.same([status, body.error_codes], [400, [900561]])
  t.match(body.error_description, 'AADSTS900561: token requests must use POST, got GET')
})

t.test('a tenant that is neither a GUID nor a domain is rejected', async t => {
  for (const path of ['/a%20b/oauth2/v2.0/token', '/-/oauth2/v2.0/token']) {
    const { status, body } = await call(path, tokenForm())
    t.same([status, body.error, body.error_codes], [400, 'invalid_request', [900023]])
  }
})

t.test('a token request with a form over 1 MiB is a 413', async t => {
  t.equal((await call(tokenPath, tokenForm({ scope: 'x'.repeat(1024 * 1024) }))).status, 413)
})

t.test('a form with more than 1000 parameters is rejected, whatever they are', async t => {
  const form = tokenForm()
  const fill = (count: number) => `${form.text}${Array.from({ length: count }, (_, index) => `&p${index}=1`).join('')}`
  const { status, body } = await call(tokenPath, { ...form, text: fill(997) })
  t.same([status, body.error, body.error_codes], [400, 'invalid_request', [9002313]])
  t.match(body.error_description, /^AADSTS9002313: the form must have at most 1000 parameters, got 1001/)
  t.equal((await call(tokenPath, { ...form, text: fill(996) })).status, 200)
})

t.test('a form with more than 65,536 characters is rejected, whatever they are', async t => {
  const form = tokenForm()
  const fill = (sign: string, excess = 0) => `${form.text}&p=${sign.repeat(65_533 + excess - String(form.text).length)}`
  for (const sign of ['+', '%', 'x']) {
    const { status, body } = await call(tokenPath, { ...form, text: fill(sign, 1) })
    t.same([status, body.error, body.error_codes], [400, 'invalid_request', [9002313]])
    t.match(body.error_description, /^AADSTS9002313: the form must have at most 65536 characters, got 65537/)
    t.equal((await call(tokenPath, { ...form, text: fill(sign) })).status, 200)
  }
})

t.test('a failed token request does not change the ids of later tokens', async t => {
  const call = await buildWithKey(t)
  const next = async () => claimsOf(await takeToken(call)).uti
  const ids = [await next(), await next()]
  await call('/__admin/reset', { method: 'POST' })
  t.equal(await next(), ids[0])
  await call(tokenPath, tokenForm({ client_secret: 'wrong' }))
  t.equal(await next(), ids[1])
})

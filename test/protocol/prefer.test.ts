import t from 'tap'
import { buildApp } from '../../src/index.ts'
import { bearer, takeToken, tokenForm, tokenPath } from '../callers.ts'
import { build } from '../harness.ts'
import type { Client } from '../harness.ts'

const customer = '/ovoc/v1/topology/customers/85844'
const devices = '/ovoc/v1/topology/devices'
const prefer = (call: Client, preference: string, path = customer, more = {}) => call(path, { headers: { prefer: preference }, ...more })
const documented = '200, 400, 401, 404, 429, 500, 503'

t.test('Prefer: code sets the status of that request only', async t => {
  const call = await build(t)
  const { status, headers, body } = await prefer(call, 'code=404')
  t.same([status, headers['preference-applied'], body], [404, 'code=404', { description: 'getCustomer answers 404 because the request asked for it' }])
  t.equal((await call(customer)).status, 200)
})

t.test('the query parameters __code and __delay work like Prefer, for example in the address bar', async t => {
  const call = await build(t)
  for (const code of [401, 429, 500, 503]) {
    const { status, headers } = await call(`${customer}?__code=${code}&__delay=1`)
    t.same([status, headers['preference-applied'], headers['www-authenticate']], [code, undefined, code === 401 ? 'Basic realm="OVOC", charset="UTF-8"' : undefined])
  }
  t.equal((await call(`${devices}?detail=1&__delay=1`)).status, 200)
  t.match(await call(`/api${customer}?__code=401`, { headers: bearer(await takeToken(call)) }), { status: 401, headers: { 'www-authenticate': 'Bearer realm="OVOC"' } })
})

t.test('a preferred code that the operation does not document is a 400 that lists the documented codes', async t => {
  const call = await build(t)
  for (const code of ['418', '201', 'all', '']) t.match(await call(`${customer}?__code=${code}`), { status: 400, body: { description: `the query is not valid: /__code must be one of ${documented}, which getCustomer documents, got "${code}"` } })
  t.match(await prefer(call, 'code=204'), { status: 400, body: { description: `the header Prefer is not valid: code must be one of ${documented}, which getCustomer documents, got "204"` } })
  t.equal((await call(`${customer}?__code=404&__code=404`)).body.description, `the query is not valid: /__code must be one of ${documented}, which getCustomer documents, got a list`)
})

t.test('an invalid __delay or wait is a 400', async t => {
  const call = await build(t)
  for (const delay of ['-1', '1.5', 'long', '3600001', '1e3']) {
    t.match(await call(`${customer}?__delay=${delay}`), { status: 400, body: { description: `the query is not valid: /__delay must be a whole number from 0 to 3600000, got "${delay}"` } })
  }
  t.equal((await prefer(call, 'wait="an hour", code')).body.description, `the header Prefer is not valid: code must be one of ${documented}, which getCustomer documents, got ""; the header Prefer is not valid: wait must be a whole number of seconds from 0 to 3600, got "an hour"`)
})

t.test('Prefer has the syntax of RFC 7240, and unknown preferences are ignored', async t => {
  const call = await build(t)
  const rows: Array<[preference: string, applied: string | undefined]> = [
    ['respond-async, CODE="404"; because=test , x', 'code=404'],
    ['code = 404, code=500', 'code=404'],
    ['wait=1, code=404', 'code=404, wait=1'],
    ['note="a, code=500", code=404', 'code=404'],
    ['return=minimal', undefined],
    ['note="code=404', undefined],
    [', ;=', undefined]
  ]
  for (const [preference, applied] of rows) {
    const { status, headers } = await prefer(call, preference)
    t.same([status, headers['preference-applied']], [applied === undefined ? 200 : 404, applied], preference)
  }
  t.match(await prefer(call, 'wait=1'), { status: 200, headers: { 'preference-applied': 'wait=1' } })
  t.match(await prefer(call, 'code=404', `${customer}?__code=500`), { status: 500, headers: { 'preference-applied': undefined } })
})

t.test('a preferred success code skips all rules and returns the normal response, and 204 an empty one', async t => {
  const call = await build(t)
  await call('/__admin/rules', { method: 'POST', body: { status: 503 } })
  t.equal((await prefer(call, 'code=200')).body.id, 85844)
  t.match(await prefer(call, 'code=200', '/ovoc/v1/topology/customers/1'), { status: 404, headers: { 'preference-applied': undefined } })
  t.equal((await prefer(call, 'code=201', '/ovoc/v1/alarms/fwdRules', { method: 'POST', body: {} })).status, 400)
  t.match(await prefer(call, 'code=204', devices), { status: 204, text: '' })
  t.equal((await prefer(call, 'wait=0')).status, 503)
  t.equal((await call('/__admin/rules')).body.rules[0].matched, 1)
})

t.test('a preferred success code also skips rules that match the body', async t => {
  const call = await build(t)
  await call('/__admin/rules', { method: 'POST', body: { match: { body: { description: 'x' } }, status: 503 } })
  const sent = { method: 'PUT', body: { description: 'x' } }
  t.equal((await call(customer, sent)).status, 503)
  t.equal((await call(customer, { ...sent, headers: { prefer: 'code=200' } })).status, 200)
})

t.test('a request with a preferred error code changes nothing, and its body may be malformed', async t => {
  const call = await build(t)
  t.equal((await prefer(call, 'code=503', customer, { method: 'PUT', body: { description: 'new' } })).status, 503)
  t.equal((await prefer(call, 'code=503', customer, { method: 'PUT', text: '{', headers: { prefer: 'code=503', 'content-type': 'application/json' } })).status, 503)
  t.equal((await call(customer)).body.description, 'Brad984')
})

t.test('only operations of OVOC accept preferences', async t => {
  const call = await build(t)
  t.equal((await call('/ovoc/v1/nowhere?__code=503')).status, 404)
  t.equal((await prefer(call, 'code=503', '/__admin/health')).status, 200)
  t.equal((await call('/__admin/health?__code=503')).status, 400)
  t.equal((await call(tokenPath, { ...tokenForm(), headers: { ...tokenForm().headers, prefer: 'code=503' } })).status, 200)
  t.match((await call(`${customer}?%5F%5Fcode=503`)).body.description, '__code is not a known parameter')
})

t.test('the log says that a request asked for a code or a delay', async t => {
  const app = await buildApp()
  t.teardown(() => app.close())
  const problems: string[] = []
  app.addHook('onResponse', async ({ reason }) => { problems.push(reason) })
  for (const query of ['__code=503', '__delay=1', '__code=200', '']) await app.inject(`${customer}?${query}`)
  t.same(problems, ['the request asked for code 503', 'the request asked to wait 1 ms', 'the request asked for code 200', ''])
})

t.test('a 204 from a preference or a rule has neither a Content-Length nor a Transfer-Encoding, also for HEAD', async t => {
  const call = await build(t)
  const assertBare = async (path: string) => {
    for (const method of ['GET', 'HEAD']) {
      const { status, headers, text } = await call(path, { method })
      t.same([status, headers['content-length'], headers['transfer-encoding'], text], [204, undefined, undefined, ''], method)
    }
  }
  await assertBare(`${devices}?__code=204`)
  await call('/__admin/rules', { method: 'POST', body: { status: 204 } })
  await assertBare(devices)
})

import t from 'tap'
import { build, sendRaw, start } from '../harness.ts'

t.test('an unknown method on a known OVOC path is a 405 with Allow that mentions the public sources', async t => {
  const call = await build(t)
  for (const method of ['DELETE', 'POST', 'PATCH']) {
    const answer = await call('/api/ovoc/v1/topology/customers/85844/', { method, text: '{', headers: { 'content-type': 'application/json' } })
    t.equal(answer.status, 405)
    t.equal(answer.headers.allow, 'PUT, GET, HEAD')
    t.match(answer.body.description, `no public source describes ${method} on "/api/ovoc/v1/topology/customers/85844/"; known are PUT, GET, HEAD`)
  }
})

t.test('HEAD returns the status of GET, without a body', async t => {
  const call = await build(t)
  const answer = await call('/ovoc/v1/topology/customers/85844', { method: 'HEAD' })
  t.same([answer.status, answer.text], [200, ''])
})

t.test('an unknown path is a 404 that names the closest known path', async t => {
  const call = await build(t)
  const near: Array<[string, string]> = [
    ['/ovoc/v1/topology/customer/85844', '/ovoc/v1/topology/customers/{id}'],
    ['/ovoc/v1/topology/lcCustomer/85844', '/ovoc/v1/topology/lcCustomers/{id}'],
    ['/tenantui/api/ovoc/v1/topology/customers/1/2', '/ovoc/v1/topology/customers/{id}'],
    ['/', '/docs'],
    ['/doc', '/docs'],
    ['/contoso/oauth2/v2.0/tokens', '/{tenant}/oauth2/v2.0/token']
  ]
  for (const [path, closest] of near) {
    const answer = await call(path, { method: 'PUT' })
    t.equal(answer.status, 404)
    t.same(answer.body, { description: `there is no "${path}" here; the closest known path is ${closest}` })
  }
})

t.test('the closest known path is one with the same last name, even if another path is spelt more similarly', async t => {
  const call = await build(t)
  const near: Array<[string, string]> = [
    ['/ovoc/v1/customers', '/ovoc/v1/topology/customers'],
    ['/ovoc/v1/customers/85844', '/ovoc/v1/topology/customers/{id}'],
    ['/ovoc/v1/devices/', '/ovoc/v1/topology/devices'],
    ['/ovoc/v1/calls', '/ovoc/v1/callsMonitor/calls'],
    ['/ovoc/v1/files/7', '/ovoc/v1/swManager/files/{id}'],
    ['/api/ovoc/v1/rejectedEndpoints', '/ovoc/v1/topology/rejectedEndpoints'],
    ['/ovoc/v1/activeAlarms', '/ovoc/v1/alarms/activeAlarms, which is not simulated'],
    ['/health', '/__admin/health']
  ]
  for (const [path, closest] of near) {
    const { status, body } = await call(path)
    t.same([status, body.description], [404, `there is no "${path}" here; the closest known path is ${closest}`])
  }
})

t.test('an OVOC path without its base path, or with a wrong one, is a 404 that names the whole path', async t => {
  const call = await build(t)
  for (const prefix of ['', '/v1', '/ovoc', '/api', '/api/v1', '/ovoc/v2', '/tenantui/api', '/tenantui/ovoc/v1', '/api/ovoc/v1/ovoc/v1']) {
    for (const [path, closest] of [['/topology/customers/85844', '/topology/customers/{id}'], ['/alarms/fwdRule', '/alarms/fwdRules'], ['/topology/channels/', '/topology/channels']]) {
      const answer = await call(`${prefix}${path}`, { method: 'PUT' })
      t.same([answer.status, answer.body], [404, { description: `there is no "${prefix}${path}" here; the closest known path is /ovoc/v1${closest}` }])
    }
  }
})

t.test('an unknown control path is a 404 in the format of RFC 9457', async t => {
  const { body } = await (await build(t))('/__admin/helth')
  const detail = 'there is no "/__admin/helth" here; the closest known path is /__admin/health'
  t.same(body, { type: 'about:blank', title: 'Not Found', status: 404, detail, problems: [detail] })
})

t.test("a wrong method on one of the simulator's own paths is a 405 that lists the accepted methods", async t => {
  const call = await build(t)
  const answer = await call('/__admin/health', { method: 'POST' })
  t.same([answer.status, answer.headers.allow, answer.body.detail], [405, 'GET, HEAD', '"/__admin/health" does not accept POST; it accepts GET, HEAD'])
  t.match((await call('/docs/no/thing')).body.description, 'there is no "/docs/no/thing" here')
})

t.test('the server accepts a whole URL as the path, a missing Host and an unknown Expect', async t => {
  const { url } = await start(t)
  const path = '/api/ovoc/v1/topology/customers/85844'
  const close = 'Connection: close\r\n\r\n'
  t.match(await sendRaw(url, `PUT http://ovoc.example${path} HTTP/1.1\r\nHost: ovoc.example\r\nOrigin: http://page.example\r\n${close}`), /^HTTP\/1.1 200 .*Access-Control-Allow-Origin: http:\/\/page.example/s)
  t.match(await sendRaw(url, `PUT ${path} HTTP/1.1\r\n${close}`), /^HTTP\/1.1 200 /)
  t.match(await sendRaw(url, `PUT ${path} HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\n${close}`), /^HTTP\/1.1 200 /)
  t.match(await sendRaw(url, `PUT ${path} HTTP/1.0\r\n\r\n`), /^HTTP\/1.1 200 /)
})

t.test('a body in a transfer coding other than chunked is rejected, and the connection is closed', async t => {
  const { url } = await start(t)
  const put = 'PUT /ovoc/v1/topology/customers/85844 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
  const body = '2\r\n{}\r\n0\r\n\r\n'
  for (const coding of ['gzip, chunked', 'deflate, chunked', 'identity, chunked', 'foo,chunked', ' GZip , chunked']) {
    const responses = await sendRaw(url, `${put}Transfer-Encoding: ${coding}\r\n\r\n${body}`)
    t.match(responses, /^HTTP\/1\.1 501 [^]*\r\nconnection: close\r\n[^]*the only transfer coding that is known here is chunked/i, coding)
  }
  t.match(await sendRaw(url, `${put}Transfer-Encoding: Chunked\r\nConnection: close\r\n\r\n${body}`), /^HTTP\/1\.1 200 /)
})

t.test('a rule and a preference apply whatever is wrong with the body', async t => {
  const { url, rules } = await start(t)
  const put = (query: string, more = '') => sendRaw(url, `PUT /ovoc/v1/topology/customers/85844${query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${more}Content-Length: 2000000\r\n\r\n{`)
  t.match(await put('?__code=404'), /^HTTP\/1\.1 404 /)
  t.match(await put('?__code=999'), /^HTTP\/1\.1 400 /)
  t.match(await put(''), /^HTTP\/1\.1 413 /)
  await rules.add({ status: 503 })
  t.match(await put(''), /^HTTP\/1\.1 503 /)
  t.match(await put('', 'Content-Type: ;\r\n'), /^HTTP\/1\.1 503 /)
})

t.test('an unknown path is told whatever is wrong with the body', async t => {
  const { url } = await start(t)
  const ask = (method: string, more: string) => sendRaw(url, `${method} /ovoc/v1/topology/sites/5 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${more}`)
  t.match(await ask('QUERY', '\r\n'), /^HTTP\/1\.1 501 /, 'no Content-Type where the method needs one')
  t.match(await ask('POST', 'Content-Length: 2000000\r\nContent-Type: application/json\r\n\r\n{'), /^HTTP\/1\.1 501 /, 'too long')
  t.match(await ask('POST', 'Content-Length: 1\r\nContent-Type: ;\r\n\r\n{'), /^HTTP\/1\.1 501 /, 'a Content-Type that is none')
})

import { networkInterfaces } from 'node:os'
import t from 'tap'
import { build, sendRaw, start } from '../harness.ts'

const reset = '/__admin/reset'
const post = { method: 'POST' }
const token = { authorization: 'Bearer s3cret' }

t.test('callers on this machine may control the server under any address or name that nobody can own', async t => {
  const call = await build(t)
  for (const host of ['localhost', '127.0.0.1:4010', '[::1]:4010', 'mock', 'a.localhost', '10.1.2.3']) t.equal((await call(reset, { ...post, headers: { host } })).status, 200, host)
  const { status, body } = await call(reset, { ...post, headers: { host: 'evil.example:4010' } })
  t.equal(status, 403)
  t.match(body.detail, 'not under "evil.example"')
})

t.test('a request through a proxy on this machine does not count as local', async t => {
  const call = await build(t)
  for (const header of ['Forwarded', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto']) {
    const { status, body } = await call(reset, { ...post, headers: { [header]: '203.0.113.9' } })
    t.same([status, body.detail], [403, `this path is for callers on the simulator's machine, got one through a proxy, as the header ${header.toLowerCase()} says; the options admin-token and admin-open let others in`])
  }
  const byToken = await build(t, { adminToken: 's3cret' })
  t.equal((await byToken(reset, { ...post, headers: { ...token, 'x-forwarded-for': '203.0.113.9' } })).status, 200)
  const open = await build(t, { adminOpen: true })
  t.equal((await open(reset, { ...post, headers: { 'x-forwarded-for': '203.0.113.9' } })).status, 200)
})

t.test('a page of another origin may not control the server, a page of its own origin may', async t => {
  const call = await build(t)
  const { status, body, headers } = await call(reset, { ...post, headers: { host: 'localhost:4010', origin: 'http://localhost:3000' } })
  t.same([status, body.detail, headers['access-control-allow-origin']], [403, 'a page of "http://localhost:3000" may not call this path without the option admin-token', undefined])
  t.equal((await call(reset, { ...post, headers: { host: 'localhost:4010', origin: 'null' } })).status, 403)
  t.equal((await call(reset, { ...post, headers: { host: 'localhost:4010', origin: 'http://localhost:4010' } })).status, 200)
  t.equal((await call('/%5F_admin/reset', { ...post, headers: { host: 'localhost:4010', origin: 'http://localhost:3000' } })).status, 403, 'percent-encoding does not bypass the check')
  t.equal((await call('/__sandbox/one/__admin/reset', { ...post, headers: { host: 'localhost:4010', origin: 'http://localhost:3000' } })).status, 403)
})

const outer = Object.values(networkInterfaces()).flat().find(address => address?.family === 'IPv4' && !address.internal)?.address

t.test('a caller from another address may only read the health, unless admin-open is set', { skip: outer === undefined && 'this machine has no outer address' }, async t => {
  const { url } = await start(t, { host: '0.0.0.0' })
  const base = `http://${outer}:${new URL(url).port}`
  const refused = await fetch(base + reset, post)
  t.equal(refused.status, 403)
  t.match((await refused.json() as { detail: string }).detail, /^this path is for callers on the simulator's machine, got one from /)
  t.equal((await fetch(`${base}/__admin/health`)).status, 200)
  const open = await start(t, { host: '0.0.0.0', adminOpen: true })
  t.equal((await fetch(`http://${outer}:${new URL(open.url).port}${reset}`, post)).status, 200)
})

t.test('with admin-open, programs may use any host name, but pages may not', async t => {
  const call = await build(t, { adminOpen: true })
  t.equal((await call(reset, { ...post, headers: { host: 'mock.test.example' } })).status, 200)
  t.equal((await call(reset, { ...post, headers: { host: 'mock.test.example', origin: 'http://mock.test.example' } })).status, 403)
})

const browsers = (site: string, more: Record<string, string> = {}) => ({ headers: { host: 'mock:4010', 'sec-fetch-site': site, 'sec-fetch-mode': 'cors', ...more } })

t.test('requests that a browser marks as those of a page of another site are rejected, with and without admin-open', async t => {
  for (const adminOpen of [false, true]) {
    const call = await build(t, { adminOpen })
    for (const site of ['cross-site', 'same-site']) {
      const { status, body } = await call('/__admin/requests', browsers(site))
      t.same([status, body.detail], [403, `a page of another origin (Sec-Fetch-Site: ${site}) may not call this path without the option admin-token`])
      t.equal((await call('/__admin/requests', browsers(site, { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }))).status, 403, 'a frame')
      t.equal((await call('/__admin/requests', browsers(site, { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }))).status, 200, 'a link that somebody follows')
    }
    for (const site of ['same-origin', 'none']) t.equal((await call('/__admin/requests', browsers(site))).status, 200, site)
  }
})

t.test('with admin-open, a page under a name that somebody can own may not read, if its browser marks the request', async t => {
  const call = await build(t, { adminOpen: true })
  const { status, body } = await call('/__admin/requests', browsers('same-origin', { host: 'evil.example' }))
  t.same([status, body.detail], [403, 'this path answers under addresses and local names, not under "evil.example", which may be another\'s; the option admin-token lets it in'])
  t.equal((await call('/__admin/requests', browsers('none', { host: 'mock.test.example' }))).status, 200, 'an address bar')
  t.equal((await call('/__admin/requests', { headers: { host: 'mock.test.example', 'sec-fetch-mode': 'cors' } })).status, 200, 'fetch in Node')
})

t.test('with admin-token, the token is required and sufficient from every address', async t => {
  const call = await build(t, { adminToken: 's3cret', adminOpen: true })
  const wrong: Array<[authorization: string | undefined, got: string]> = [
    [undefined, 'none was sent'], ['', 'none was sent'], ['s3cret', 'none was sent'], ['Basic s3cret', 'none was sent'], ['Bearer', 'none was sent'], ['Bearer wrong', 'got another']
  ]
  for (const [authorization, got] of wrong) {
    const { status, body, headers: answered } = await call(reset, { ...post, headers: authorization === undefined ? {} : { authorization } })
    t.same([status, answered['www-authenticate'], body.detail], [401, 'Bearer realm="ovoc-mock"', `this path expects in the header Authorization Bearer, then the admin token; ${got}`])
  }
  t.equal((await call(reset, { ...post, headers: { ...token, host: 'evil.example' } })).status, 200)
  t.equal((await call('/__admin/health')).status, 200)
})

t.test('a page of another origin that sends the admin token may control the server', async t => {
  const call = await build(t, { adminToken: 's3cret' })
  const origin = 'http://localhost:3000'
  const preflight = await call(reset, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' } })
  t.same([preflight.status, preflight.headers['access-control-allow-origin']], [204, origin])
  t.equal((await call(reset, { ...post, headers: { ...token, origin } })).status, 200)
})

t.test('OVOC\'s paths never require the admin token', async t => {
  const call = await build(t, { adminToken: 's3cret' })
  t.equal((await call('/ovoc/v1/topology/customers/85844')).status, 200)
})

t.test('an admin token that no header can hold is rejected at the start, and the error does not show it', async t => {
  await t.rejects(build(t, { adminToken: 'two words' }), { message: 'option adminToken must be letters, digits and -._~+/, got "…"' })
})

t.test('a header that proxies add, or HTTP/1.0, marks a request as forwarded by a proxy', async t => {
  const { url } = await start(t)
  for (const name of [
    'forwarded', 'x-forwarded', 'x-forwarded-for', 'via', 'x-real-ip', 'x-client-ip', 'true-client-ip', 'cf-connecting-ip', 'cf-ray',
    'x-cluster-client-ip', 'x-original-forwarded-for', 'x-envoy-external-address', 'fastly-client-ip', 'x-azure-clientip', 'x-remote-addr',
    'x-scheme', 'x-nginx-proxy', 'x-rewrite-url', 'front-end-https', 'cdn-loop', 'ngrok-trace-id', 'tailscale-user-login', 'max-forwards', 'x_forwarded_for'
  ]) {
    t.equal((await fetch(`${url}/__admin/clock`, { headers: { [name]: '203.0.113.9' } })).status, 403, name)
  }
  t.match(await sendRaw(url, 'GET /__admin/clock HTTP/1.0\r\nHost: localhost\r\n\r\n'), /^HTTP\/1\.1 403 [^]*through a proxy, as HTTP\/1\.0 says/)
  t.equal((await fetch(`${url}/__admin/clock`)).status, 200)
})

t.test('a link from another site may only read, and a host that only starts like an address is rejected', async t => {
  const { url } = await start(t)
  const call = await build(t)
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
  t.equal((await call('/__admin/clock', { headers: link })).status, 200)
  t.equal((await call(reset, { ...post, headers: link })).status, 403)
  for (const host of ['[::1].evil.com', '[::1]x', '127.0.0.1.evil.com']) {
    t.match(await sendRaw(url, `GET /__admin/clock HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`), /^HTTP\/1\.1 403 /, host)
  }
})

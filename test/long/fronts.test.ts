import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { request as requestPlainly } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { request as requestSecurely } from 'node:https'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { generate } from 'selfsigned'
import t from 'tap'
import { claimsOf, tenant, tokenForm, tokenPath } from '../callers.ts'
import { start } from '../harness.ts'

const hasNginx = spawnSync('nginx', ['-v']).error === undefined
const admin = { authorization: 'Bearer s3cret' }
const customer = '/ovoc/v1/topology/customers/85844'
const configuration = `/${tenant}/v2.0/.well-known/openid-configuration`

const forwarded = [
  'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
  'proxy_set_header X-Forwarded-Proto $scheme;',
  'proxy_set_header X-Forwarded-Host $http_host;'
]
const forwardedPrefix = 'proxy_set_header X-Forwarded-Prefix /mock;'
const standard = 'proxy_set_header Forwarded "for=$remote_addr;proto=$scheme;host=\\"$http_host\\"";'

/** `tellsAddress`: whether the proxy passes on the outer address, so that discovery can name it. */
const fronts = [
  { name: 'plain, HTTP/1.0', scheme: 'http', prefix: '', lines: [], tellsAddress: false },
  { name: 'HTTP/1.1 with Host', scheme: 'http', prefix: '', lines: ['proxy_http_version 1.1;', 'proxy_set_header Host $http_host;'], tellsAddress: true },
  { name: 'X-Forwarded-*', scheme: 'http', prefix: '', lines: ['proxy_http_version 1.1;', ...forwarded], tellsAddress: true },
  { name: 'a prefix, HTTP/1.0', scheme: 'http', prefix: '/mock', lines: [], tellsAddress: false },
  { name: 'a prefix, X-Forwarded-*', scheme: 'http', prefix: '/mock', lines: [...forwarded, forwardedPrefix], tellsAddress: true },
  { name: 'TLS, X-Forwarded-*', scheme: 'https', prefix: '', lines: forwarded, tellsAddress: true },
  { name: 'TLS, Forwarded', scheme: 'https', prefix: '', lines: [standard], tellsAddress: true },
  { name: 'TLS, a prefix, X-Forwarded-*', scheme: 'https', prefix: '/mock', lines: ['proxy_http_version 1.1;', ...forwarded, forwardedPrefix], tellsAddress: true }
]

interface Call { method?: string, headers?: Record<string, string>, text?: string }

async function ask (url: string, { method = 'GET', headers = {}, text }: Call = {}) {
  const send = url.startsWith('https:') ? requestSecurely : requestPlainly
  const length: Record<string, string> = text === undefined ? {} : { 'content-length': String(Buffer.byteLength(text)) }
  const sent = send(url, { method, headers: { ...headers, ...length }, rejectUnauthorized: false })
  sent.end(text)
  const [answer] = await once(sent, 'response') as [IncomingMessage]
  const body = await textOf(answer)
  return { status: answer.statusCode as number, location: answer.headers.location, text: body, json: () => JSON.parse(body) }
}

t.test('every page and path of a server works behind a proxy, under the address that users see', { skip: !hasNginx && 'nginx is not installed' }, async t => {
  const [guarded, bare] = await Promise.all([start(t, { adminToken: 's3cret' }), start(t)])
  const holders = fronts.map(() => createServer().listen(0, '127.0.0.1'))
  await Promise.all(holders.map(holder => once(holder, 'listening')))
  const ports = holders.map(holder => (holder.address() as AddressInfo).port)
  await Promise.all(holders.map(holder => once(holder.close(), 'close')))
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec', algorithm: 'sha256' })
  const servers = fronts.map(({ scheme, prefix, lines }, index) => `server {
    listen 127.0.0.1:${ports[index]}${scheme === 'https' ? ' ssl' : ''};
    location ${prefix}/ { proxy_pass ${guarded.url}/; ${lines.join(' ')} }
    location /bare/ { proxy_pass ${bare.url}/; ${lines.join(' ')} }
  }`)
  const folder = t.testdir({ 'cert.pem': cert, 'key.pem': key })
  writeFileSync(join(folder, 'nginx.conf'), `pid ${folder}/nginx.pid;
  events {}
  http {
    access_log off;
    ssl_certificate ${folder}/cert.pem;
    ssl_certificate_key ${folder}/key.pem;
    ${servers.join('\n')}
  }`)
  const nginx = spawn('nginx', ['-e', 'stderr', '-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'], { stdio: ['ignore', 'ignore', 'inherit'] })
  t.teardown(async () => {
    nginx.kill('SIGTERM')
    await once(nginx, 'exit')
  })
  const addresses = fronts.map(({ scheme }, index) => `${scheme}://127.0.0.1:${ports[index]}`)
  while (await ask(addresses[0] as string).then(() => false, () => true)) if (nginx.exitCode !== null) throw new Error('nginx ended')

  await Promise.all(fronts.map((front, index) => t.test(front.name, async t => {
    const origin = addresses[index] as string
    const base = origin + front.prefix

    for (const page of [`${base}/docs/`, `${base}/__sandbox/x/docs/`, `${base}/docs/?a=1`]) {
      const { status, text } = await ask(page)
      t.equal(status, 200, page)
      const assets = Array.from(text.matchAll(/(?:href|src)="([^"]+)"/g), ([, asset]) => new URL(asset as string, page).href)
      t.ok(assets.length >= 7)
      await Promise.all(assets.map(async asset => t.equal((await ask(asset, { method: 'HEAD' })).status, 200, `${page}: ${asset}`)))
    }
    for (const page of [`${base}/docs`, `${base}/__sandbox/x/docs`, `${base}/docs?a=1`]) {
      const [path = ''] = page.split('?')
      t.equal(new URL((await ask(page)).location as string, page).href, `${path}/`)
    }

    const document = `${base}/openapi.json`
    const { servers, components } = (await ask(document)).json()
    t.same(
      servers.map(({ url }: { url: string }) => new URL(url, document).href),
      ['/ovoc/v1', '/api/ovoc/v1', '/tenantui/api/ovoc/v1'].map(path => base + path)
    )
    const { tokenUrl } = components.securitySchemes.clientCredentials.flows.clientCredentials
    t.equal((await ask(new URL(tokenUrl, document).href)).json().error_codes[0], 900561)
    const [, url] = /^servers:\n {2}- url: (\S+)/m.exec((await ask(`${base}/openapi.yaml`)).text) ?? []
    t.equal(new URL(url as string, document).href, `${base}/ovoc/v1`)
    const control = (await ask(`${base}/__admin/openapi.json`, { headers: admin })).json()
    t.same(
      control.servers.map(({ url }: { url: string }) => decodeURI(new URL(url, `${base}/__admin/openapi.json`).href)),
      [`${base}/`, `${base}/__sandbox/{name}`]
    )

    t.match((await ask(base + customer, { method: 'PUT' })).json(), { id: 85844, url: '/ovoc/v1/topology/lcCustomers/85844' })
    const change = { method: 'PUT', headers: { 'content-type': 'application/json' }, text: '{"description":"changed"}' }
    t.equal((await ask(`${base}/__sandbox/x${customer}`, change)).json().description, 'changed')
    t.not((await ask(base + customer)).json().description, 'changed')

    for (const within of ['', '/__sandbox/x']) {
      const { issuer, token_endpoint: endpoint, jwks_uri: keys } = (await ask(base + within + configuration)).json()
      const outer = front.tellsAddress ? base : guarded.url
      t.same([issuer, endpoint], [`${outer}${within}/${tenant}/v2.0`, outer + within + tokenPath])
      t.equal((await ask(keys)).json().keys[0].issuer, issuer)
      const answer = await ask(endpoint, tokenForm())
      t.equal(claimsOf(answer.json().access_token).iss, issuer)
    }

    t.equal((await ask(`${base}/__admin/clock`)).status, 401)
    t.equal((await ask(`${base}/__admin/clock`, { headers: admin })).status, 200)
    for (const list of ['/__admin/records/files', '/__sandbox/x/__admin/records/files/']) {
      const headers = { ...admin, 'content-type': 'application/json' }
      const made = await ask(base + list, { method: 'POST', headers, text: '{}' })
      const location = new URL(made.location as string, base + list).href
      t.equal(location, `${base}${list.replace(/\/$/, '')}/${made.json().id}`)
      t.same((await ask(location, { headers: admin })).json(), made.json())
    }
    t.equal((await ask(`${origin}/bare/__admin/health`)).status, 200)
    // A proxy that speaks HTTP/1.1 and sends no proxy header looks like a program on this machine.
    t.equal((await ask(`${origin}/bare/__admin/clock`)).status, front.name === 'HTTP/1.1 with Host' ? 200 : 403)
  })))
})

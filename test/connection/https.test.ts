import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { get, request } from 'node:https'
import { connect as connectPlain } from 'node:net'
import { connect } from 'node:tls'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import { json, text as textOf } from 'node:stream/consumers'
import { generate } from 'selfsigned'
import t from 'tap'
import type { Test } from 'tap'
import { startOvocMock } from '../../src/index.ts'
import { claimsOf, tenant, tokenForm, tokenPath } from '../callers.ts'
import { run, sendRaw, start } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'

async function shake (url: string, settings: ConnectionOptions = { rejectUnauthorized: false }): Promise<TLSSocket> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname.replace(/[[\]]/g, ''), port: Number(port), ...settings })
  await once(socket, 'secureConnect')
  return socket.end()
}

async function getSecurely (url: string, settings: object = { rejectUnauthorized: false }): Promise<any> {
  const [answer] = await once(get(url, { agent: false, ...settings }), 'response')
  return json(answer)
}

async function pemFiles (t: Test): Promise<{ cert: string, key: string, otherKey: string, folder: string, text: string }> {
  const [own, other] = await Promise.all([generate([], { keyType: 'ec', algorithm: 'sha256', extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }] }), generate([], { keyType: 'ec', algorithm: 'sha256' })])
  const folder = t.testdir({ 'cert.pem': own.cert, 'key.pem': own.private, 'other.pem': other.private })
  return { folder, cert: `${folder}/cert.pem`, key: `${folder}/key.pem`, otherKey: `${folder}/other.pem`, text: own.cert }
}

t.test('a TLS handshake that does not end is given up after the option request-timeout', async t => {
  const { url } = await start(t, { https: true, requestTimeout: 0.2 })
  const socket = connectPlain(Number(new URL(url).port), '127.0.0.1')
  socket.write(Buffer.from('1603010200010001fc0303', 'hex'))
  await once(socket.resume(), 'close')
  t.ok(socket.destroyed)
})

t.test('with https the port speaks TLS, and a client that trusts the certificate accepts the host', async t => {
  const { url } = await start(t, { https: true })
  t.match(url, /^https:\/\/127\.0\.0\.1:\d+$/)
  const certificate = (await shake(url)).getPeerCertificate()
  t.equal(certificate.subjectaltname, 'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1')
  const answer = await getSecurely(url + path, { ca: new X509Certificate(certificate.raw).toString() })
  t.equal(answer.id, 85844)
})

t.test('the generated certificate is valid for the host', async t => {
  const { url } = await start(t, { https: true, host: '127.0.0.2' })
  t.match((await shake(url)).getPeerCertificate().subjectaltname, 'IP Address:127.0.0.2')
})

t.test('the TLS port speaks only HTTP/1.1, capitalises header names, and responds to bytes that are not HTTP', async t => {
  const { url } = await start(t, { https: true })
  t.equal((await shake(url, { rejectUnauthorized: false, ALPNProtocols: ['h2', 'http/1.1'] })).alpnProtocol, 'http/1.1')
  const [head] = (await sendRaw(url, `PUT ${path} HTTP/1.1\r\nExpect: wonders\r\nConnection: close\r\n\r\n`)).split('\r\n\r\n')
  t.match(head, /^HTTP\/1.1 200 OK\r\n/)
  t.match(head, '\r\nContent-Type: application/json')
  t.notMatch(head, /\r\n[a-z]/)
  t.match(await sendRaw(url, 'HELLO\r\n\r\n'), /^HTTP\/1.1 400 .*\{"description":"the request is not HTTP\/1.1: /s)
})

t.test('a TLS request that comes with the end of what the client sends gets its response', async t => {
  const { url } = await start(t, { https: true })
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  socket.end(`PUT ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
  t.match(await textOf(socket), /^HTTP\/1.1 200 OK\r\n.*"id":85844/s)
})

t.test("Entra's addresses are https if the request used it", async t => {
  const { url } = await start(t, { https: true })
  const configuration = await getSecurely(`${url}/${tenant}/v2.0/.well-known/openid-configuration`)
  t.equal(configuration.issuer, `${url}/${tenant}/v2.0`)
  const sent = request(`${url}${tokenPath}`, { method: 'POST', rejectUnauthorized: false, headers: { ...tokenForm().headers, host: 'login.example' } })
  const [answer] = await once(sent.end(tokenForm().text), 'response')
  t.equal(claimsOf((await json(answer) as { access_token: string }).access_token).iss, `https://login.example/${tenant}/v2.0`)
})

t.test('a client that never began the TLS handshake does not delay the close', async t => {
  const { url, close } = await startOvocMock({ https: true })
  const idle = connectPlain(Number(new URL(url).port), '127.0.0.1')
  idle.on('error', () => {})
  await once(idle, 'connect')
  await close()
  await t.rejects(getSecurely(url + path), { code: 'ECONNREFUSED' })
})

t.test('the server uses the certificate that the options name', async t => {
  const { cert, key, text } = await pemFiles(t)
  const { url } = await start(t, { https: true, tlsCert: cert, tlsKey: key })
  t.equal((await getSecurely(url + path, { ca: text })).id, 85844)
})

t.test('a certificate that cannot be used is an error with the reason', async t => {
  const { cert, key, otherKey, folder } = await pemFiles(t)
  const refuse = (options: object, message: string | RegExp) => t.rejects(startOvocMock({ https: true, ...options }), { message })
  await refuse({ tlsCert: cert }, "option tlsCert must come with the certificate's private key, in the option tls-key")
  await refuse({ tlsKey: key }, "option tlsKey must come with the key's certificate, in the option tls-cert")
  await refuse({ tlsCert: cert, tlsKey: key, https: false }, 'option tlsCert has no effect without the option https')
  await refuse({ tlsCert: `${folder}/none.pem`, tlsKey: key }, /^the TLS certificate can't be read: ENOENT.*none\.pem/)
  await refuse({ tlsCert: cert, tlsKey: folder }, /^the TLS private key can't be read: it is not a regular file/)
  await refuse({ tlsCert: key, tlsKey: key }, /^the TLS certificate in .*key\.pem must be PEM that needs no passphrase: /)
  await refuse({ tlsCert: cert, tlsKey: cert }, /^the TLS private key in .*cert\.pem must be PEM that needs no passphrase: /)
  await refuse({ tlsCert: cert, tlsKey: otherKey }, /^the TLS private key in .*other\.pem does not belong to the certificate in .*cert\.pem$/)
  const { code, stderr } = await run(t, ['--https', '--tls-cert', cert])
  t.same([code, stderr], [2, "ovoc-mock: --tls-cert must come with the certificate's private key, in --tls-key\novoc-mock: see ovoc-mock --help\n"])
})

import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CompactSign } from 'jose'
import t from 'tap'
import { buildApp } from '../../src/index.ts'
import { bearer, claimsOf, takeToken, tenant } from '../callers.ts'
import { build } from '../harness.ts'
import { tokenKeyFile } from '../token-key.ts'

const path = '/api/ovoc/v1/topology/customers/85844'

t.test("servers with the same key file accept each other's tokens, even if their other options differ", async t => {
  const tokenKey = tokenKeyFile()
  const one = await build(t, { tokenKey })
  const other = await build(t, { tokenKey, seed: 2, user: ['ann:pw'], client: ['other:o'] })
  t.equal((await other(path, { headers: bearer(await takeToken(one)) })).status, 200)
  const [key, sameKey] = await Promise.all([one, other].map(call => call(`/${tenant}/discovery/v2.0/keys`)))
  t.same(key?.body, sameKey?.body)
})

t.test('a server without a key file makes its own key, and other servers reject its tokens', async t => {
  const [one, other] = [await build(t), await build(t, { tokenKey: tokenKeyFile() })]
  const token = await takeToken(one)
  t.equal((await one(path, { headers: bearer(token) })).status, 200)
  t.match(await other(path, { headers: bearer(token) }), {
    status: 401,
    body: { description: "the token is not signed with this server's key; the option token-key gives several servers the same one" }
  })
})

t.test('a token that someone else signs with the same key must have the required claims', async t => {
  const tokenKey = tokenKeyFile()
  const call = await build(t, { tokenKey })
  const claims = claimsOf(await takeToken(call))
  const key = createPrivateKey(readFileSync(tokenKey))
  const answerTo = async (payload: string) => {
    const signed = new CompactSign(new TextEncoder().encode(payload)).setProtectedHeader({ alg: 'RS256' })
    const { status, body } = await call(path, { headers: bearer(await signed.sign(key)) })
    return [status, body.description]
  }
  t.equal((await answerTo(JSON.stringify(claims)))[0], 200)
  const missing = [401, 'the token must have the claims aud, nbf, exp and roles, as the tokens of this server have']
  for (const change of [{ exp: undefined }, { nbf: '1' }, { roles: ['root'] }, { roles: undefined }, { aud: ['api://ovoc'] }]) {
    t.same(await answerTo(JSON.stringify({ ...claims, ...change })), missing, JSON.stringify(change))
  }
  t.same(await answerTo('null'), missing)
  t.same(await answerTo('{'), [401, 'the token is not a signed JWT'])
})

const expected = 'the option token-key must name a PEM file with an RSA private key (PKCS#8, at least 2048 bits)'
const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
const pkcs8 = { type: 'pkcs8', format: 'pem' } as const
const pem = rsa.privateKey.export(pkcs8) as string

t.test('a key file with another kind of key is an error at start that shows none of its content', async t => {
  const wrong: Array<[got: string, content: string]> = [
    ['an RSA key of 1024 bits', pem],
    ['a key of type ec', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(pkcs8) as string],
    ['a PEM block that cannot be read', pem.replace(/\n[^-]{20}/, '\n')],
    ['the PEM block RSA PRIVATE KEY', rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }) as string],
    ['the PEM block ENCRYPTED PRIVATE KEY', rsa.privateKey.export({ ...pkcs8, cipher: 'aes-256-cbc', passphrase: 'x' }) as string],
    ['the PEM block PUBLIC KEY', rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string],
    ['no PEM', 'MIIhush'],
    ['no PEM', '']
  ]
  for (const [got, content] of wrong) {
    const file = join(t.testdir({ 'key.pem': content }), 'key.pem')
    t.equal(await refusal(file), `${expected}, but ${file} holds ${got}`)
  }
})

t.test('a key file that cannot be read is an error at start', async t => {
  t.equal(await refusal('/none.pem'), `${expected}, but it cannot be read: ENOENT: no such file or directory, open '/none.pem'`)
})

t.test('a key given instead of a file name does not appear in the error', async t => {
  const base64 = pem.split('\n').slice(1, -2).join('')
  for (const key of [pem, base64, readFileSync(tokenKeyFile(), 'utf8').replaceAll('\n', '')]) t.equal(await refusal(key), `${expected}, but it is a key itself`)
  t.equal(await refusal(rsa as never), 'option tokenKey must be a string, got "…"')
})

function refusal (tokenKey: string): Promise<string> {
  return buildApp({ tokenKey }).then(() => 'it was taken', (error: Error) => error.message)
}

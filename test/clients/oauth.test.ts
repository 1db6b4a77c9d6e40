import { ClientSecretBasic, ClientSecretPost, ResponseBodyError, allowInsecureRequests, clientCredentialsGrant, discovery, fetchProtectedResource } from 'openid-client'
import type { ClientAuth, Configuration } from 'openid-client'
import t from 'tap'
import { tenant } from '../callers.ts'
import { reach } from '../harness.ts'

const path = '/api/ovoc/v1/topology/customers/85844'
const scope = 'api://ovoc/.default'

function discover (url: string, auth: ClientAuth): Promise<Configuration> {
  return discovery(new URL(`${url}/${tenant}/v2.0`), 'ovoc-client', undefined, auth, { execute: [allowInsecureRequests] })
}

t.test('openid-client discovers the tenant, gets a token with its secret in the body or in Basic, and calls OVOC', async t => {
  const url = await reach(t, { auth: 'required' })
  for (const auth of [ClientSecretPost('ovoc-secret'), ClientSecretBasic('ovoc-secret')]) {
    const configuration = await discover(url, auth)
    const tokens = await clientCredentialsGrant(configuration, { scope })
    t.equal(tokens.expires_in, 3599)
    const answer = await fetchProtectedResource(configuration, tokens.access_token, new URL(url + path), 'PUT')
    t.match(await answer.json(), { id: 85844 })
  }
})

t.test("openid-client understands Entra's errors and OVOC's challenge", async t => {
  const url = await reach(t)
  const configuration = await discover(url, ClientSecretPost('wrong'))
  const error = await clientCredentialsGrant(configuration, { scope }).catch(error => error)
  t.ok(error instanceof ResponseBodyError)
  t.match(error, { status: 401, error: 'invalid_client', error_description: /^AADSTS7000215: / })
  const refused = await fetchProtectedResource(configuration, 'a.b.c', new URL(url + path), 'GET').catch(error => error)
  t.match(refused.cause, [{ scheme: 'bearer', parameters: { realm: 'OVOC', error: 'invalid_token', error_description: 'the token is not a signed JWT' } }])
})

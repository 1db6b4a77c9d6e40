import t from 'tap'
import type { Test } from 'tap'
import type { InjectOptions } from 'fastify'
import { buildApp } from '../../src/index.ts'
import { becomes } from '../harness.ts'

t.test('an unexpected error is a 500 without details, and the log has the details', async t => {
  const { answer, logged } = await askLogged(t, '/ovoc/v1/broken')
  t.equal(answer.statusCode, 500)
  t.same(answer.json(), { description: 'the simulator failed on this request; its log says why' })
  t.match(logged, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} Error: secret\n {4}at /)
})

t.test('an error response that is sent on purpose is not an error in the log, whatever its status', async t => {
  for (const [path, status] of [['/ovoc/v1/topology/sites', 501], ['/tenant/oauth2/v2.0/authorize', 501], ['/ovoc/v1/topology/customers/1', 404]] as const) {
    const { answer, logged } = await askLogged(t, path)
    t.same([answer.statusCode, logged], [status, ''], path)
  }
})

t.test('text from a caller cannot start a new log line or control a terminal', async t => {
  const hostile = '\n12:00:00.000 GET /forged\r\u001b[31m\u007f\u009b31m\u202e\u061c\u200b\ufeff\u{e0041}\u3164'
  const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } } as const
  const json = { method: 'PUT', headers: { 'content-type': 'application/json' } } as const
  const grant = new URLSearchParams({ grant_type: 'client_credentials', client_id: hostile, scope: 'api://ovoc/.default' })
  const requests = [
    { ...form, path: `/${encodeURIComponent(hostile)}/oauth2/v2.0/token`, payload: 'a=1' },
    { ...form, path: '/tenant/oauth2/v2.0/token', payload: String(new URLSearchParams({ grant_type: hostile })) },
    { ...form, path: '/tenant/oauth2/v2.0/token', payload: String(grant) },
    { ...form, path: '/tenant/oauth2/v2.0/token', payload: String(new URLSearchParams([[hostile, ''], [hostile, '']])) },
    { ...json, path: '/ovoc/v1/topology/customers/85844', payload: JSON.stringify({ [hostile]: 1 }) },
    { ...json, path: '/ovoc/v1/topology/customers/85844', payload: JSON.stringify({ name: hostile }) },
    { method: 'GET', path: `/ovoc/v1/topology/customers?${encodeURIComponent(hostile)}=1` },
    { method: 'GET', path: `/ovoc/v1/topology/customers?filter=${encodeURIComponent(hostile)}` },
    { ...form, path: '/__admin/requests/verify', payload: JSON.stringify({ match: { headers: { [hostile]: 'x' } } }), headers: { 'content-type': 'application/json' } }
  ] as const
  for (const request of requests) {
    const { logged } = await askLogged(t, request, 'info')
    t.match(logged, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [A-Z]+ .* 4\d\d .*\n$/, request.path)
    t.notMatch(logged.trimEnd(), /\p{Cc}|\p{Cf}|\p{Default_Ignorable_Code_Point}/u)
  }
})

t.test('secrets in a URL are not logged', async t => {
  for (const path of ['/ovoc/v1/topology/channels?client_secret=hush', '/__admin/clock?token=hush', '/nope?a=1&password=hush', '/nope?next=http%253A%252F%252Fu%253Ahush%2540x', '/nope?Name=password&Value=hush']) {
    for (const json of [false, true]) {
      const { logged } = await askLogged(t, path, 'info', json)
      t.match(logged, /[?&](?:client_secret|token|password|next|Value)=…/, path)
      t.notMatch(logged, 'hush')
    }
  }
})

/** Sends a request to a server that throws at `/ovoc/v1/broken`. Returns the response and what the server logs. */
async function askLogged (t: Test, request: string | InjectOptions, logLevel: 'warn' | 'info' = 'warn', json = false) {
  const printed = t.capture(process.stdout, 'write', () => true)
  const app = await buildApp({ logLevel, json })
  t.teardown(() => app.close())
  app.get('/ovoc/v1/broken', () => { throw new Error('secret') })
  const answer = await app.inject(request)
  const lines: string[] = []
  // JSON lines are printed a little later.
  await becomes(() => lines.push(...printed().map(({ args }) => String(args[0]))) > 0 || !json)
  printed.restore()
  return { answer, logged: lines.join('') }
}

import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { build } from '../harness.ts'
import { holds, same } from '../properties.ts'

const rules = '/ovoc/v1/alarms/fwdRules'
const words = fc.constantFrom('a', 'ab', 'aba', 'b', '')
const patterns = fc.array(fc.constantFrom('a', 'b', 'ab', '*'), { maxLength: 5 }).map(parts => parts.join(''))

const requests = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'DELETE'),
  id: fc.constantFrom('90311', '90340', '5'),
  query: fc.option(words, { nil: undefined }),
  header: fc.option(words, { nil: undefined }),
  body: fc.record({ name: fc.constantFrom('a', 'ab'), destSyslog: fc.record({ syslogServerPort: fc.constantFrom(1, 2), syslogServerIP: fc.constantFrom('10.0.0.1', '10.0.0.2') }, { requiredKeys: [] }), alarmNamesFilter: fc.constantFrom(null, [], ['a']) }, { requiredKeys: [] })
})

const conditions = {
  method: fc.constantFrom('GET', 'PUT', 'DELETE'),
  resource: fc.constantFrom('fwdRules', 'files'),
  path: fc.constantFrom('*', '/ovoc/*', `${rules}/90311`, `${rules}/*`, '*0', '/*/fwdRules/*1*', '*9*9*', '/ovoc/v1/alarms/fwdRules/9*0311'),
  params: fc.record({ id: fc.constantFrom<string | number>(90311, '90311', '9*', '*') }),
  query: fc.record({ x: patterns }),
  headers: fc.record({ 'X-Word': patterns }),
  body: fc.record({ name: fc.constantFrom('a', 'b'), destSyslog: fc.constantFrom<object>({}, { syslogServerPort: 1 }, { syslogServerPort: 2, syslogServerIP: '10.0.0.1' }), alarmNamesFilter: fc.constantFrom(null, [], ['a']) }, { requiredKeys: [] })
}

/** At most three conditions, since almost no request would meet more. */
const matches = fc.subarray(Object.keys(conditions) as Array<keyof typeof conditions>, { maxLength: 3 })
  .chain(names => fc.record(conditions).map(whole => Object.fromEntries(names.map(name => [name, whole[name]])) as Partial<typeof whole>))
  .filter(({ resource, body }) => resource !== 'files' || body === undefined)

type Match = typeof matches extends fc.Arbitrary<infer One> ? One : never
type Request = typeof requests extends fc.Arbitrary<infer One> ? One : never

/** Returns whether a request should match, in the simplest way. */
function isMeant (match: Match, { method, id, query, header, body }: Request): boolean {
  return [
    match.method === undefined || match.method === method,
    match.resource === undefined || match.resource === 'fwdRules',
    fits(match.path, `${rules}/${id}`),
    fits(match.params && String(match.params.id), id),
    fits(match.query?.x, query),
    fits(match.headers?.['X-Word'], header),
    match.body === undefined || (method === 'PUT' && holdsAll(match.body, body))
  ].every(Boolean)
}

function fits (pattern: string | undefined, text: string | undefined): boolean {
  if (pattern === undefined) return true
  return text !== undefined && new RegExp(`^${pattern.split('*').join('[^]*')}$`).test(text)
}

function holdsAll (wanted: unknown, given: unknown): boolean {
  if (wanted === null || given === null || [wanted, given].some(value => typeof value !== 'object' || Array.isArray(value))) return isDeepStrictEqual(wanted, given)
  return Object.entries(wanted as object).every(([name, value]) => holdsAll(value, (given as Record<string, unknown>)[name]))
}

t.test('a rule takes effect on requests that match, and on no others', async t => {
  const call = await build(t)
  let meant = 0
  await holds(fc.asyncProperty(matches, fc.array(requests, { minLength: 3, maxLength: 6 }), async (match, several) => {
    await call('/__admin/rules', { method: 'DELETE' })
    same((await call('/__admin/rules', { method: 'POST', body: { match, status: 503 } })).status, 201)
    for (const request of several) {
      const { method, id, query, header, body } = request
      const answer = await call(`${rules}/${id}${query === undefined ? '' : `?x=${query}`}`, { method, headers: header === undefined ? {} : { 'x-word': header }, ...method === 'PUT' && { body } })
      const expected = isMeant(match, request)
      if (expected) meant++
      same(answer.status === 503, expected, JSON.stringify({ match, request }))
    }
  }), 300)
  t.ok(meant > 200, `${meant} requests were meant`)
})

t.test('the beginning and the end of a pattern do not overlap in what it matches', async t => {
  const call = await build(t)
  await call('/__admin/rules', { method: 'POST', body: { match: { headers: { 'X-Word': 'ab*ba' } }, status: 503 } })
  const statusOf = async (word: string) => (await call(rules, { headers: { 'x-word': word } })).status
  t.same(await Promise.all(['aba', 'ab', 'abba', 'abxba'].map(statusOf)), [200, 200, 503, 503])
})

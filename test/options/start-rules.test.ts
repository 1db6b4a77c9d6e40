import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { buildApp } from '../../src/index.ts'
import type { Options } from '../../src/index.ts'
import { build, complaint, read } from '../harness.ts'

const customer = '/ovoc/v1/topology/customers/85844'
const rulesPath = '/__admin/rules'
const file = (t: Test, content: unknown) => join(t.testdir({ 'rules.json': typeof content === 'string' ? content : JSON.stringify(content) }), 'rules.json')
const messageOf = (rule: string[]) => buildApp({ rule }).then(() => 'it was taken', (error: Error) => error.message)

t.test('--delay and --rule give rules to every sandbox, and a reset restores them', async t => {
  const rules = file(t, [{ match: { operation: 'getCustomer' }, status: 500, times: 1 }, { match: { operation: 'verifyCustomer' }, status: 503 }])
  const call = await build(t, { delay: 1, rule: [rules, 'rate-limited'] })
  const expected = [{ id: 1, match: { path: '/ovoc/*' }, delay: 1 }, { id: 2, status: 500 }, { id: 3, status: 503 }, { id: 4, rateLimit: { requests: 60, seconds: 60 } }]
  t.match((await call(rulesPath)).body.rules, expected)
  for (const path of [customer, `/__sandbox/one${customer}`]) t.same([(await call(path)).status, (await call(path)).status], [500, 200], path)
  await call(rulesPath, { method: 'DELETE' })
  t.equal((await call(customer)).status, 200)
  await call('/__admin/reset', { method: 'POST' })
  t.match((await call(rulesPath)).body.rules, expected)
  t.same([(await call(customer)).status, (await call(customer)).status], [500, 200])
})

t.test('a rule file may hold one rule, and --rule may be repeated', async t => {
  const { options } = await read(['--rule', file(t, { match: { method: 'PUT' }, status: 500 }), '--rule', 'outage']) as { options: Options }
  const call = await build(t, options)
  t.same([(await call(customer, { method: 'PUT' })).status, (await call(customer)).status], [500, 503])
})

t.test('one error reports all problems of rule files with file, rule and field', async t => {
  const rules = file(t, [{ status: 503 }, { status: 99, tims: 1 }, {}, 5, { status: 500, match: { operation: 'getCustomr', body: { x: 1 } } }])
  t.same((await messageOf([rules, 'outag'])).split('\n'), [
    `the rule file ${rules}: rule 2: /tims is not a known field; did you mean "times"?`,
    `the rule file ${rules}: rule 2: /status must be a whole number from 200 to 599, got 99`,
    `the rule file ${rules}: rule 3: it must hold one of status, headers, body, responses, delay, break, rateLimit, got none`,
    `the rule file ${rules}: rule 4: must be an object, got 5`,
    `the rule file ${rules}: rule 5: /match/operation must be an operation's id, got "getCustomr"; did you mean "getCustomer"?`,
    `the rule file ${rules}: rule 5: /match/body/x is not a field of such a body; known are ${knownFields}`,
    'the rule file outag: it can\'t be read (ENOENT: no such file or directory, open \'outag\'), and no preset has this name; did you mean "outage"?'
  ])
})

t.test('a rule file that is not JSON is an error at start, and so is an unknown preset', async t => {
  const rules = file(t, '[{]')
  t.equal(await messageOf([rules]), `the rule file ${rules}: it is not JSON: property name expected at line 1, column 3`)
  t.match(await complaint(buildApp({ rule: ['none'] })), { exitCode: 2, text: /^ovoc-mock: the rule file none: .*, and no preset has this name; known are outage, slow, flaky, rate-limited\novoc-mock: see ovoc-mock --help\n$/ })
  t.match(await complaint(read(['--delay', '3600001'])), { exitCode: 2, text: '--delay must be a whole number from 0 to 3600000, got 3600001' })
  t.equal(await messageOf(['']), 'option rule must be a string that is not empty, got ""')
})

const app = await buildApp()
t.teardown(() => app.close())
const knownFields = [...new Set([...app.catalogue.values()].flatMap(({ bodyFields }) => Object.keys(bodyFields)))].join(', ')

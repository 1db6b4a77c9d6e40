import t from 'tap'
import { OptionProblems, buildApp } from '../../src/index.ts'
import { build } from '../harness.ts'

const unknownOperation = /^\/match\/operation must be an operation's id, got "verify"/

t.test('an error lists problems with the schema of a body and with its values together', async t => {
  const call = await build(t)
  const match = { operation: 'verify' }
  const wrong: Array<[method: string, path: string, body: unknown, ...problems: RegExp[]]> = [
    ['POST', 'rules', { match, stat: 503, times: 0 }, /^\/times must be/, /^\/stat is not a known field/, unknownOperation],
    ['POST', 'rules', { preset: 'outage', times: 0 }, /^\/times must be a/, /^\/times must be left out/],
    ['POST', 'requests/verify', { match, times: 'x' }, /^\/times must be/, unknownOperation],
    ['POST', 'requests/wait', { match, atleast: 1, timeout: -1 }, /^\/timeout must be/, /^\/atleast is not a known field/, unknownOperation],
    ['PUT', 'clock', { now: 'soon', frozen: 'yes' }, /^\/frozen must be/, /^\/now must be/],
    ['PUT', 'clock', { advance: 1e300, frozen: 'yes' }, /^\/frozen must be/, /^\/advance must keep/]
  ]
  for (const [method, path, body, ...problems] of wrong) {
    const { status, body: problem } = await call(`/__admin/${path}`, { method, body })
    t.equal(status, 400, path)
    t.equal(problem.problems.length, problems.length, JSON.stringify(body))
    for (const expected of problems) t.equal(problem.problems.filter((text: string) => expected.test(text)).length, 1, String(expected))
  }
})

t.test('a field that breaks the schema has only that problem, and its meaning is not checked', async t => {
  const call = await build(t)
  for (const [method, path, body] of [
    ['POST', 'rules', { match: 5, status: 503 }], ['POST', 'rules', { match: { operation: 5 }, status: 503 }],
    ['POST', 'requests/verify', { match: [] }], ['POST', 'requests/verify', { match: null }], ['POST', 'requests/wait', { match: null }], ['POST', 'requests/verify', {}],
    ['PUT', 'clock', { now: 5 }], ['PUT', 'clock', { advance: 'x' }], ['PUT', 'clock', { at: 1 }]
  ] as const) {
    const { status, body: { problems } } = await call(`/__admin/${path}`, { method, body })
    t.same([status, problems.length], [400, 1], JSON.stringify(body))
  }
  for (const path of ['rules', 'requests/verify', 'requests/wait', 'clock']) {
    const method = path === 'clock' ? 'PUT' : 'POST'
    t.equal((await call(`/__admin/${path}`, { method })).status, 400)
    t.equal((await call(`/__admin/${path}?x=1`, { method, body: { match: {}, status: 503, now: '' } })).status, 400)
    for (const body of [[], 'x', 5]) t.match((await call(`/__admin/${path}`, { method, body })).body, { status: 400, detail: /the body/ }, path)
  }
})

t.test('a body with more problems than an error lists is still rejected', async t => {
  const call = await build(t)
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`x${index}`, 1]))
  for (const [method, path] of [['POST', 'rules'], ['POST', 'requests/verify'], ['POST', 'requests/wait'], ['PUT', 'clock']] as const) {
    const { status, body: { problems } } = await call(`/__admin/${path}`, { method, body: { ...many, match: { operation: 5 }, now: 5 } })
    t.same([status, problems.length], [400, 101], path)
  }
  const { body: { problems } } = await call('/__admin/rules', { method: 'POST', body: { preset: 'outage', ...many } })
  t.same([problems.length, problems.at(-1)], [101, 'and 1 more'])
  const hundred = Object.fromEntries(Object.entries(many).slice(1))
  const exact = (await call('/__admin/rules', { method: 'POST', body: { preset: 'outage', ...hundred } })).body.problems
  t.same([exact.length, exact.at(-1).slice(0, 6)], [100, '/x100 '], 'a hundred are listed one by one')
})

t.test('the error for a file of rules lists all its problems together', async t => {
  const file = `${t.testdir({ 'rules.json': JSON.stringify([{ match: { operation: 'verify' }, stat: 503 }, 5, null, { match: 5, status: 503 }]) })}/rules.json`
  const error = await buildApp({ rule: [file] }).catch(error => error)
  t.ok(error instanceof OptionProblems)
  t.match(error.message, /rule 1: \/stat is not a known field[^\n]*\n[^\n]*rule 1: \/match\/operation must be[^\n]*\n[^\n]*rule 2: [^\n]*\n[^\n]*rule 3: [^\n]*\n[^\n]*rule 4: \/match must be an object, got 5$/)
})

import t from 'tap'
import { buildApp } from '../../src/index.ts'
import { build, start } from '../harness.ts'
import { watched } from '../watched.ts'

const customer = '/ovoc/v1/topology/customers/85844'
const json = { 'content-type': 'application/json' }
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
const post = (text: string) => ({ method: 'POST', text, headers: json })

const unreadable = {
  id: 0,
  size: 0,
  isRefused: false,
  time: 0,
  operation: undefined,
  resource: undefined,
  get method (): string { throw new Error('no method') },
  originalUrl: '/',
  url: '/',
  params: {},
  query: {},
  headers: {},
  body: '',
  status: 200,
  answerHeaders: {},
  answerBody: '',
  bytes: 0,
  milliseconds: 0,
  reason: ''
}

t.test('what controls the simulator is refused when it is nested more than 100 levels deep, and changes nothing', async t => {
  const call = await build(t)
  const refused: Array<[path: string, text: string, field: string]> = [
    ['/rules', `{"status":500,"body":${nested(100)}}`, 'body'],
    ['/rules', `{"status":500,"body":${nested(100_000)}}`, 'body'],
    ['/rules', `{"match":{"body":{"description":${nested(90_000)}}},"status":500}`, 'match'],
    ['/requests/verify', `{"match":{"body":{"description":${nested(8000)}}}}`, 'match'],
    ['/requests/wait', `{"match":{"body":{"description":${nested(90_000)}}}}`, 'match'],
    ['/records/customers', `{"name":"x","a/b":${nested(100)}}`, 'a~1b']
  ]
  for (const [path, text, field] of refused) {
    const problem = `/${field} must be nested no more than 100 levels deep, the body included`
    t.match(await call(`/__admin${path}`, post(text)), { status: 400, body: { detail: `the body is not valid: ${problem}`, problems: [problem] } })
  }
  t.same((await call('/__admin/rules')).body, { rules: [] })
})

t.test('a body of 100 levels is a rule\'s answer, after a delay too', async t => {
  const call = await build(t)
  t.equal((await call('/__admin/rules', { method: 'POST', body: { delay: 1 } })).status, 201)
  t.equal((await call('/__admin/rules', post(`{"status":500,"body":${nested(99)}}`))).status, 201)
  t.equal((await call('/nowhere')).text, nested(99))
})

t.test('a rule in a file is bound alike', async t => {
  const file = `${t.testdir({ 'rule.json': `{"status":500,"body":${nested(100_000)}}` })}/rule.json`
  await t.rejects(buildApp({ rule: [file] }), { message: `the rule file ${file}: rule 1: /body must be nested no more than 100 levels deep, the body included` })
})

t.test('a rule whose answer can\'t be written fails the request that it is for, and no other', async t => {
  const { app, url } = await start(t)
  app.sandboxes.default.rules.add({ delay: 1 })
  app.sandboxes.default.rules.add({ status: 503, body: 1n, times: 1 })
  t.equal((await fetch(url + customer)).status, 500)
  t.equal((await fetch(url + customer)).status, 200)
})

t.test('what can\'t be compared or shown fails those that watch, not the request that they see', async t => {
  const server = await start(t)
  const { url, app: { sandboxes: { default: { journal } } } } = server
  const { body } = await fetch(`${url}/__admin/requests/stream`)
  const reader = (body as NonNullable<typeof body>).getReader()
  await reader.read()
  const isWatched = watched(server)
  const waiting = fetch(`${url}/__admin/requests/wait`, { method: 'POST', headers: json, body: '{"match":{"params":{"id":1}},"timeout":60000}' })
  await isWatched
  journal.add(unreadable)
  t.equal((await waiting).status, 500)
  await t.rejects(async () => { while (!(await reader.read()).done); })
  t.equal((await fetch(url + customer)).status, 200)
})

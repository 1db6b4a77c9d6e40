import t from 'tap'
import { buildApp } from '../../src/index.ts'
import { build, sendRaw, start } from '../harness.ts'
import { watched } from '../watched.ts'

const customer = '/ovoc/v1/topology/customers/85844'
const json = { 'content-type': 'application/json' }
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
type Reader = { cancel: () => Promise<void> }
const post = (text: string) => ({ method: 'POST', text, headers: json })

const readable = {
  id: 0,
  size: 0,
  isRefused: false,
  time: 0,
  operation: undefined,
  resource: undefined,
  method: 'GET',
  originalUrl: '/',
  url: '/',
  params: {},
  query: {},
  headers: {},
  body: '',
  status: 200,
  responseHeaders: {},
  responseBody: '',
  bytes: 0,
  milliseconds: 0,
  reason: ''
}
const unreadable = () => ({ ...readable, get method (): string { throw new Error('no method') } })

t.test('a body that is nested more than 100 levels deep is rejected and changes nothing', async t => {
  const call = await build(t)
  const refused: Array<[path: string, text: string, levels: number]> = [
    ['/__admin/rules', `{"status":500,"body":${nested(100)}}`, 101],
    ['/__admin/rules', `{"status":500,"body":${nested(100_000)}}`, 100_001],
    ['/__admin/requests/verify', `{"match":{"body":{"description":${nested(8000)}}}}`, 8003],
    ['/__admin/records/customers', `{"name":"x","text":"[[\\"[","a/b":${nested(100)}}`, 101],
    [customer, `{"description":${nested(100)}}`, 101],
    [customer, '['.repeat(900_000), 900_000],
    ['/nowhere', '{"a":'.repeat(120) + '1' + '}'.repeat(120), 120]
  ]
  for (const [path, text, levels] of refused) {
    const { status, text: told } = await call(path, { method: path === customer ? 'PUT' : 'POST', text, headers: json })
    const isRouted = path !== '/nowhere'
    t.equal(status, isRouted ? 400 : 404, path)
    t.equal(told.includes(`the body must be nested no more than 100 levels deep, got ${levels}"`), isRouted, told.slice(0, 300))
  }
  t.same((await call('/__admin/rules')).body, { rules: [] })
  t.equal((await call(customer)).body.description, 'Brad984')
})

t.test('a match in a query that is nested more than 100 levels deep is rejected', async t => {
  const call = await build(t)
  for (const path of ['/__admin/requests', '/__admin/requests/stream']) {
    for (const [levels, text] of [[101, nested(99)], [1502, nested(1500)], [8002, '['.repeat(8000)]] as const) {
      const { status, body } = await call(`${path}?match={"path":"/ovoc/v1/x","body":{"a":${text}}}`)
      t.same([status, body.detail], [400, `the query is not valid: match must be nested no more than 100 levels deep, got ${levels}`])
    }
  }
  t.equal((await call(`/__admin/requests?match={"path":"/ovoc/v1/x","body":{"a":${nested(98)}}}`)).status, 200)
})

t.test('a body with an object of more than 1000 fields is rejected before its fields are checked', async t => {
  const call = await build(t)
  const fields = (count: number) => JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`field ${index}`, 1])))
  const put = (text: string) => call(customer, { method: 'PUT', text, headers: json })
  t.match((await put(fields(1001))).body.description, /^an object in the body must have at most 1000 fields, got 1001$/)
  t.match((await put(`{"a":[{"b":${fields(1001)}}]}`)).body.description, /^an object in the body must have at most 1000 fields, got 1001$/)
  t.match((await put(fields(1000))).body.description, /and 900 more$/)
  t.match((await put(`{"a":[${fields(600)},${fields(600)}]}`)).body.description, /^the body is not valid: \/a is not a known field/)
})

t.test('the first fault of a body that is not JSON is told, however many follow', async t => {
  const call = await build(t)
  const told = async (text: string) => (await call(customer, { method: 'PUT', text, headers: json })).body.description
  t.equal(await told(`{"name":${'x,'.repeat(39_000)}}`), 'the body is not JSON: invalid symbol at line 1, column 9')
  const gap = ' '.repeat(100_000)
  t.match(await told(`{"name":${gap}x}`), /^the body is not JSON: invalid symbol at line 1, column 100009$/)
  t.equal(await told(`{"name":${gap} x}`), 'the body is not JSON: it has more than 100000 spaces in a row, so its problems are not looked for')
  t.equal(await told(`{"name":"${'\\n'.repeat(100_001)}`), 'the body is not JSON: it has more than 100000 backslashes, so its problems are not looked for')
  t.equal(await told(`{"b":${gap} 1,"\\"\\u0061\\\\":["}",{"b":1}],"\\"a\\\\":2}`), 'the body is ambiguous: the name "\\"a\\\\" is repeated at line 1, column 100036')
})

t.test('the body of a rule\'s response can be as deep as the limit allows, even after a delay', async t => {
  const call = await build(t)
  t.equal((await call('/__admin/rules', { method: 'POST', body: { delay: 1 } })).status, 201)
  t.equal((await call('/__admin/rules', post(`{"status":500,"body":${nested(99)}}`))).status, 201)
  t.equal((await call('/nowhere')).text, nested(99))
})

t.test('a rule in a file has the same limit of 100 levels', async t => {
  const file = `${t.testdir({ 'rule.json': `{"status":500,"body":${nested(100_000)}}` })}/rule.json`
  await t.rejects(buildApp({ rule: [file] }), { message: `the rule file ${file}: rule 1: /body must be nested no more than 100 levels deep, the body included` })
  const deep = `${t.testdir({ 'rule.json': `{"status":500,"match":{"path":"/x","body":{"a":${nested(100_000)}}}}` })}/rule.json`
  await t.rejects(buildApp({ rule: [deep] }), { message: `the rule file ${deep}: rule 1: /match must be nested no more than 100 levels deep, the body included` })
})

t.test('a rule whose response can\'t be written makes only its own request fail', async t => {
  const { app, url } = await start(t, { logLevel: 'silent' })
  app.sandboxes.default.rules.add({ delay: 1 })
  app.sandboxes.default.rules.add({ status: 503, body: 1n, times: 1 })
  t.equal((await fetch(url + customer)).status, 500)
  t.equal((await fetch(url + customer)).status, 200)

  // The second response waits for the first one.
  app.sandboxes.default.rules.clear()
  app.sandboxes.default.rules.add({ match: { method: 'GET' }, delay: 20 })
  app.sandboxes.default.rules.add({ match: { method: 'PUT' }, status: 503, body: 1n })
  const head = (method: string, more = '') => `${method} ${customer} HTTP/1.1\r\nHost: x\r\n${more}\r\n`
  t.match(await sendRaw(url, head('GET') + head('PUT', 'Connection: close\r\n')), /^HTTP\/1.1 200[^]*HTTP\/1.1 500/)
})

t.test('an entry that can\'t be read makes a brief stream fail, and one that reads it later, but not the process', async t => {
  const { url, app: { sandboxes: { default: { journal } } } } = await start(t, { logLevel: 'silent' })
  const follow = async (query: string) => {
    const { body } = await fetch(`${url}/__admin/requests/stream?${query}`)
    return (body as NonNullable<typeof body>).getReader()
  }
  const brief = await follow('brief=true')
  await brief.read()
  // The first entry takes longer than a turn.
  journal.add({ ...readable, get operation (): undefined { for (const began = performance.now(); performance.now() - began < 10;); return undefined } })
  journal.add(unreadable())
  await t.rejects(async () => { while (!(await brief.read()).done); })
  for (const query of ['since=0&method=PUT', 'since=0', 'since=0&brief=true']) {
    const reader = await follow(query)
    await t.rejects(async () => { while (!(await reader.read()).done); })
  }
  t.equal((await fetch(url + customer)).status, 200)
})

t.test('a stream whose reader catches up in turns can be left, and ends with its sandbox', async t => {
  const { url, app: { sandboxes } } = await start(t, { logLevel: 'silent' })
  const { journal } = sandboxes.open('one')
  let read = 0
  const slow = () => ({ ...readable, get operation (): undefined { for (const began = performance.now(); performance.now() - began < 6;); read++; return undefined } })
  for (let count = 0; count < 300; count++) journal.add(slow())
  for (const leave of [(reader: Reader) => reader.cancel(), () => fetch(`${url}/__admin/sandboxes/one`, { method: 'DELETE' })]) {
    const { body } = await fetch(`${url}/__sandbox/one/__admin/requests/stream?since=0&method=PUT`)
    const reader = (body as NonNullable<typeof body>).getReader()
    t.equal(new TextDecoder().decode((await reader.read()).value), ':\n\n')
    await leave(reader)
    t.equal((await reader.read()).done, true)
  }
  t.ok(read < 600, `${read} entries were read`)
  t.equal((await fetch(url + customer)).status, 200)
})

t.test('an entry that can\'t be read makes its waits and streams fail, but not other requests', async t => {
  const server = await start(t, { logLevel: 'silent' })
  const { url, app: { sandboxes: { default: { journal } } } } = server
  const { body } = await fetch(`${url}/__admin/requests/stream`)
  const reader = (body as NonNullable<typeof body>).getReader()
  await reader.read()
  const isWatched = watched(server)
  const waiting = fetch(`${url}/__admin/requests/wait`, { method: 'POST', headers: json, body: '{"match":{"params":{"id":1}},"timeout":60000}' })
  await isWatched
  journal.add(unreadable())
  t.equal((await waiting).status, 500)
  await t.rejects(async () => { while (!(await reader.read()).done); })
  t.equal((await fetch(url + customer)).status, 200)
})

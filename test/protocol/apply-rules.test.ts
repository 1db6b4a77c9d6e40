import { once } from 'node:events'
import { request } from 'node:http'
import { request as requestSecurely } from 'node:https'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { buildApp } from '../../src/index.ts'
import type { OvocMock } from '../../src/index.ts'
import { becomes, sendRaw, start } from '../harness.ts'

const customer = '/ovoc/v1/topology/customers/85844'
const list = '/ovoc/v1/topology/lcCustomers?detail=1'
const raw = (path: string, method = 'GET', more = '') => `${method} ${path} HTTP/1.1\r\nHost: ovoc\r\nConnection: close\r\n${more}\r\n`
const hour = 3_600_000

async function add (url: string, rule: object): Promise<void> {
  const { status } = await fetch(`${url}/__admin/rules`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(rule) })
  if (status !== 201) throw new Error(`the rule was refused with ${status}`)
}

/** Returns the error code with which Node's own client fails if it gets no response. */
async function failureOf (url: string): Promise<string> {
  const send = url.startsWith('https:') ? requestSecurely : request
  const [error] = await once(send(url, { rejectUnauthorized: false }).end(), 'error')
  return error.code
}

t.test('break: reset resets the connection of the client, with or without a body, and the server runs on', async t => {
  const { url } = await start(t)
  await add(url, { break: 'reset', times: 2 })
  t.equal(await failureOf(url + customer), 'ECONNRESET')
  await t.rejects(sendRaw(url, raw(customer, 'PUT', 'Content-Type: application/json\r\nContent-Length: 2\r\n') + '{}'), { code: 'ECONNRESET' })
  t.equal((await fetch(url + customer)).status, 200)
})

t.test('the server runs on after it resets or cuts many lists at once', async t => {
  const { url } = await start(t, { customers: 300 })
  await add(url, { match: { operation: 'listLcCustomers' }, break: 'cut', after: 1, probability: 0.5 })
  await add(url, { match: { operation: 'listLcCustomers' }, break: 'reset', after: 1 })
  const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(url + list).then(answer => answer.text()).then(() => 'whole', error => error.message)))
  t.same([...new Set(answers)].sort(), ['fetch failed', 'terminated', 'whole'])
  t.equal((await fetch(url + customer)).status, 200)
})

t.test('break: empty closes the connection without a byte', async t => {
  const { url } = await start(t)
  await add(url, { break: 'empty' })
  t.equal(await sendRaw(url, raw(customer)), '')
  t.equal(await sendRaw(url, raw(customer, 'PUT', 'Content-Type: application/json\r\nContent-Length: 2\r\n') + '{}'), '')
  t.equal(await failureOf(url + customer), 'ECONNRESET')
  const half = connect(Number(new URL(url).port)).on('error', () => {})
  half.write(raw(customer, 'PUT', 'Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n') + '{')
  await once(half, 'data')
  half.destroy()
  t.equal(await sendRaw(url, raw(customer)), '', 'a client that leaves before it has sent all')
})

t.test('break: cut sends the real head and half of the body', async t => {
  const { url } = await start(t)
  const whole = await (await fetch(url + customer)).text()
  await add(url, { break: 'cut' })
  const [head = '', body] = (await sendRaw(url, raw(customer))).split('\r\n\r\n')
  t.match(head, 'HTTP/1.1 200 OK\r\n')
  t.match(head, `\r\nContent-Length: ${Buffer.byteLength(whole)}`)
  t.equal(body, whole.slice(0, whole.length / 2))
  const missing = await sendRaw(url, raw('/ovoc/v1/topology/customers/1'))
  t.match(missing, /^HTTP\/1\.1 404 Not Found\r\n[^]*\r\n\r\n\{"description":"there [^}]*$/)
})

t.test('break: cut also works for a response without a body', async t => {
  const { url } = await start(t)
  await add(url, { break: 'cut' })
  t.equal(await sendRaw(url, raw("/ovoc/v1/topology/devices?filter=(ipAddress='203.0.113.255')")).then(text => text.includes('\r\n\r\n{')), false)
  t.notMatch(await sendRaw(url, raw(customer, 'HEAD')), '{')
})

t.test('break: cut ends a long list after its first part, and break: malformed omits its last character', async t => {
  const { url } = await start(t, { customers: 5000 })
  const whole = await (await fetch(url + list)).text()
  await add(url, { break: 'cut', times: 1 })
  await add(url, { break: 'malformed', times: 1 })
  const cut = await sendRaw(url, raw(list))
  t.match(cut, '\r\nTransfer-Encoding: chunked')
  t.match(cut, '{"lcCustomers":[{"definedAt"')
  t.ok(cut.length > 64 * 1024 && cut.length < whole.length)
  t.equal(await (await fetch(url + list)).text(), whole.slice(0, -1))
})

t.test('break: malformed sends the real response without its last character, and with the right length', async t => {
  const { url } = await start(t)
  const whole = await (await fetch(url + customer)).text()
  await add(url, { break: 'malformed' })
  const answer = await fetch(url + customer)
  t.same([answer.headers.get('content-length'), await answer.text()], [String(Buffer.byteLength(whole) - 1), whole.slice(0, -1)])
  const nothing = await fetch(`${url}/ovoc/v1/topology/devices?filter=(ipAddress='203.0.113.255')`)
  t.same([nothing.status, await nothing.text()], [204, ''])
})

t.test('rules also break TLS connections', async t => {
  const { url, sandbox } = await start(t, { https: true })
  const { rules } = await sandbox('default')
  for (const kind of ['reset', 'empty'] as const) {
    await rules.add({ break: kind, times: 2 })
    t.equal(await failureOf(url + customer), 'ECONNRESET', kind)
    t.equal(await sendRaw(url, raw(customer)), '', kind)
  }
  await rules.add({ break: 'cut' })
  t.match(await sendRaw(url, raw(customer)), /\r\n\r\n\{"definedAt"[^]*[^}]$/)
})

t.test('for a caller without a socket, a broken connection is an error that names the rule', async t => {
  const app = await buildApp({ customers: 300 })
  t.teardown(() => app.close())
  for (const kind of ['reset', 'empty', 'cut']) {
    await app.inject({ method: 'POST', url: '/__admin/rules', payload: { break: kind, times: 2 } })
    for (const path of [customer, list]) await t.rejects(app.inject(path), { message: /^rule \d: breaks the connection \(\w+\)$/ }, kind)
  }
})

t.test('break: cut also works for the streams of other routes, even if they are empty or fail', async t => {
  const app = await buildApp({ logLevel: 'silent' })
  t.teardown(() => app.close())
  app.get('/empty', (_request, reply) => reply.send(Readable.from([])))
  app.get('/failing', (_request, reply) => reply.send(new Readable({ read () { this.destroy(new Error('no disk')) } })))
  await app.inject({ method: 'POST', url: '/__admin/rules', payload: { break: 'cut' } })
  await t.rejects(app.inject('/empty'), { message: 'rule 1: breaks the connection (cut)' })
  await t.rejects(app.inject('/failing'), { message: 'no disk' })
})

const waiting = ({ app }: OvocMock, count = 1) => becomes(() => app.sandboxes.default.rules.get(1)?.fired === count)

t.test('a closing server responds at once to delayed requests', async t => {
  const mock = await start(t)
  await add(mock.url, { delay: hour })
  await add(mock.url, { match: { body: { description: 'new' } }, delay: hour })
  const change = { method: 'PUT', headers: { 'content-type': 'application/json', connection: 'close' }, body: '{"description":"new"}' }
  const answers = [fetch(mock.url + customer), fetch(mock.url + customer, change)]
  await waiting(mock, 2)
  await mock.close()
  t.same((await Promise.all(answers)).map(({ status }) => status), [200, 200])
})

t.test('a delayed DELETE is not carried out if the client leaves', async t => {
  const mock = await start(t)
  const sandbox = await mock.sandbox()
  const [file] = await sandbox.files.list()
  const [arrived, client] = [once(mock.app.server, 'request'), connect(Number(new URL(mock.url).port), '127.0.0.1')]
  client.write(raw(`/__sandbox/${sandbox.name}/ovoc/v1/swManager/files/${file?.id}?__delay=60000`, 'DELETE'))
  const seen = sandbox.requests.wait({ operation: 'deleteFile', status: null })
  await arrived
  await setTimeout(100)
  client.destroy()
  await seen
  t.same((await sandbox.files.list())[0], file)
})

t.test('a delayed PUT changes nothing if the client leaves, and its delay ends', async t => {
  const mock = await start(t)
  await add(mock.url, { match: { method: 'PUT' }, delay: { from: hour, to: hour } })
  const [accepted, client] = [once(mock.app.server, 'connection'), connect(Number(new URL(mock.url).port))]
  client.write(raw(customer, 'PUT', 'Content-Type: application/json\r\nContent-Length: 21\r\n') + '{"description":"new"}')
  await waiting(mock)
  const [socket] = await accepted
  client.destroy()
  await once(socket, 'close')
  for (let round = 0; round < 2; round++) t.match(await (await fetch(mock.url + customer)).json(), { description: 'Brad984' })
})

t.test('random delays take every value of their range, repeat with the same seed, and add up', async t => {
  const runs = []
  for (const seed of [7, 7]) {
    const app = await buildApp({ seed })
    t.teardown(() => app.close())
    const waits: number[][] = []
    app.addHook('onResponse', async ({ reason }) => { waits.push([...reason.matchAll(/waits (\d+) ms/g)].map(([, milliseconds]) => Number(milliseconds))) })
    for (const delay of [{ from: 1, to: 4 }, { from: 2, to: 3 }]) await app.inject({ method: 'POST', url: '/__admin/rules', payload: { delay } })
    for (let index = 0; index < 60; index++) await app.inject(customer)
    runs.push(waits.filter(({ length }) => length === 2))
  }
  t.same(runs[0], runs[1])
  t.same([...new Set(runs[0]?.map(([one]) => one))].sort(), [1, 2, 3, 4])
  t.same([...new Set(runs[0]?.map(([, other]) => other))].sort(), [2, 3])
  t.equal(runs[0]?.length, 60)
})

t.test('the log names the rule, and calls a request with a broken connection unanswered', async t => {
  const printed = t.capture(process.stdout, 'write', () => true)
  const { url } = await start(t, { logLevel: 'info' })
  for (const rule of [{ status: 503, times: 1 }, { break: 'reset', times: 1 }, { break: 'empty', times: 1 }, { break: 'cut', times: 1 }, { delay: 1 }, { break: 'malformed' }]) await add(url, rule)
  for (let index = 0; index < 5; index++) await fetch(url + customer).then(answer => answer.text()).catch(() => {})
  const said: string[] = []
  await becomes(() => said.push(...printed().map(({ args }) => String(args[0]).trimEnd())) > 0 && said.some(line => line.includes('rule 6')))
  printed.restore()
  const lines = said.filter(line => line.includes('GET ')).map(line => line.replace(/^.*85844 /, '').replace(/ [\d.]+ ms/, ''))
  t.same(lines, [
    '503 (getCustomer) rule 1: answers 503',
    'unanswered (getCustomer) rule 2: breaks the connection (reset)',
    'unanswered (getCustomer) rule 3: breaks the connection (empty)',
    'unanswered (getCustomer) rule 4: breaks the connection (cut)',
    '200 (getCustomer) rule 5: waits 1 ms; rule 6: answers malformed JSON'
  ])
})

t.test('a rule cuts the connection with the journal off, too', async t => {
  const app = await buildApp({ journalEntries: 0, rules: [{ break: 'cut' }] })
  t.teardown(() => app.close())
  await t.rejects(app.inject(customer), { message: 'rule 1: breaks the connection (cut)' })
})

t.test('a list that a rule cuts is no failure in the log', async t => {
  const printed = t.capture(process.stdout, 'write', () => true)
  const { url } = await start(t, { logLevel: 'info' })
  await add(url, { break: 'cut', match: { operation: 'listLcCustomers' } })
  await fetch(url + list).then(answer => answer.text()).catch(() => {})
  const said: string[] = []
  await fetch(url + customer)
  await becomes(() => said.push(...printed().map(({ args }) => String(args[0]))) > 0 && said.some(line => line.includes('getCustomer')))
  printed.restore()
  t.same(said.filter(line => line.includes('rule 1')).map(line => line.replace(/^.*GET /, '').replace(/ [\d.]+ ms/, '')), [
    `${list} unanswered (listLcCustomers) rule 1: breaks the connection (cut)\n`
  ])
})

import t from 'tap'
import { buildApp } from '../../src/index.ts'
import { build, heapUsed, sendRaw, start } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'

t.test('each repetition of a header counts towards the size of the journal', async t => {
  const { app, url } = await start(t, { storageBytes: 4_194_304 })
  const ask = (more: string) => sendRaw(url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${more}\r\n`)
  await ask('')
  const { journal } = app.sandboxes.default
  const before = journal.bytes
  await ask('Set-Cookie: ab\r\n'.repeat(900))
  t.ok(journal.bytes - before > 30_000, `${journal.bytes - before} bytes`)
})

t.test('a header that is repeated very often takes up no more memory than the journal counts', async t => {
  const { app, url } = await start(t)
  const ask = (name: string) => `GET ${path} HTTP/1.1\r\nHost: ${name}\r\n${'a: b\r\n'.repeat(900)}`
  const asked = (count: number) => Array.from({ length: count }, (_, index) => `${ask(`x${index}`)}\r\n`).join('')
  await sendRaw(url, `${asked(10)}${ask('end')}Connection: close\r\n\r\n`)
  const { journal } = app.sandboxes.default
  const [heap, counted] = [heapUsed(), journal.bytes]
  await sendRaw(url, `${asked(100)}${ask('end')}Connection: close\r\n\r\n`)
  const [grown, more] = [heapUsed() - heap, journal.bytes - counted]
  t.ok(grown < 2 * more, `the heap grew by ${grown} bytes, the journal by ${more}`)
})

t.test('the headers of a response count towards the size of the journal', async t => {
  const call = await build(t, { storageBytes: 2_097_152 })
  const names = Array.from({ length: 900 }, (_, index) => `x-${index}`)
  for (const name of ['a', 'b']) {
    const headers = Object.fromEntries(names.map(header => [`${header}${name}`, [name, name]]))
    await call('/__admin/rules', { method: 'POST', body: { match: { query: { name } }, status: 503, headers } })
  }
  for (let count = 0; count < 10; count++) for (const name of ['a', 'b']) await call(`${path}?name=${name}`)
  const { requests } = (await call('/__admin/requests')).body
  t.ok(requests.length < 15, `${requests.length} requests`)
})

t.test('empty objects in rules, and the counts of rules in snapshots, use storage', async t => {
  const call = await build(t, { storageBytes: 2_097_152 })
  const add = (body: object) => call('/__admin/rules', { method: 'POST', body }).then(({ status }) => status)
  const body = Array.from({ length: 7000 }, () => ({}))
  t.same([await add({ status: 503, body }), await add({ status: 503, body })], [201, 507])

  await call('/__admin/reset', { method: 'POST' })
  for (let count = 0; count < 200; count++) await add({ delay: 0 })
  const statuses = []
  for (let count = 0; count < 60; count++) statuses.push((await call(`/__admin/snapshots/s${count}`, { method: 'POST' })).status)
  t.ok(statuses.includes(507))
})

t.test('objects whose names occur nowhere else use storage for each name', async t => {
  const call = await build(t, { storageBytes: 4_194_304 })
  const object = (from: number) => Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`n${from + index}`, 1]))
  const body = Array.from({ length: 40 }, (_, index) => object(900 * index))
  const statuses = []
  for (let count = 0; count < 2; count++) statuses.push((await call('/__admin/rules', { method: 'POST', body: { status: 503, body } })).status)
  t.same(statuses, [507, 507])
})

t.test('values below a secret name are blanked, and so are secrets in a list under a long name', async t => {
  const app = await buildApp()
  t.teardown(() => app.close())
  const body = { password: [['hunter2', { deep: 'hunter2' }]], [`plain${'aB'.repeat(5000)}`]: [1, 'password=hunter2'], name: 'secret', value: ['hunter2'] }
  await app.inject({ method: 'PUT', url: path, payload: body })
  const text = (await app.inject('/__admin/requests')).body
  t.notMatch(text, 'hunter2')
  t.match(JSON.parse(text).requests[0].body, { password: [['…', { deep: '…' }]], name: 'secret', value: ['…'] })
})

t.test('a long header Prefer gets a 400 that names the limit', async t => {
  const call = await build(t)
  const answer = await call(path, { headers: { prefer: `"${'\\"'.repeat(500)}` } })
  t.same([answer.status, answer.body.description], [400, 'the header Prefer must have at most 1000 characters, got 1001'])
})

t.test('patterns are compared with the blanked text, for every spelling of a header name', async t => {
  const call = await build(t)
  await call(path, { headers: { 'x-long': 'a=1&password=hunter2', 'x-token': 'hunter2' } })
  const count = (headers: object) => call('/__admin/requests/verify', { method: 'POST', body: { match: { headers }, atLeast: 0 } }).then(({ body }) => body.count)
  t.same([await count({ 'x-long': '*a=1*' }), await count({ 'X-Long': 'a=*' }), await count({ 'x-long': '*hunter*' }), await count({ 'X-Token': 'hunt*' })], [1, 1, 0, 0])
})

t.test('ids in a list also use storage for their index', async t => {
  const call = await build(t, { storageBytes: 4_194_304 })
  const statuses = []
  for (let count = 1; count <= 4; count++) {
    const body = { alarmDevicesFilter: Array(1900 * count).fill(61204), name: `rule ${count}` }
    statuses.push((await call('/ovoc/v1/alarms/fwdRules/90311', { method: 'PUT', body })).status)
  }
  t.same(statuses, [200, 200, 507, 507])
})

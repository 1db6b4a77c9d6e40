import t from 'tap'
import { build, start } from '../harness.ts'
import type { Client } from '../harness.ts'
import { watched } from '../watched.ts'

const path = '/ovoc/v1/topology/customers/85844'
const devices = '/ovoc/v1/topology/devices'
const match = { operation: 'getCustomer' }
const ask = (call: Client, way: 'verify' | 'wait', body: object) => call(`/__admin/requests/${way}`, { method: 'POST', body: { match, ...body } })
const forget = (call: Client) => call('/__admin/requests', { method: 'DELETE' })
const long = { timeout: 60_000 }

t.test('once the journal has forgotten requests, no upper bound on a count holds', async t => {
  const call = await build(t, { journalEntries: 2 })
  for (const url of [path, devices, devices]) await call(url)
  const why = '1 older request is forgotten, which may have matched; the options journal-entries and storage-bytes say how many are kept, DELETE /__admin/requests begins anew'
  for (const way of ['verify', 'wait'] as const) {
    const sent = way === 'wait' ? long : {}
    for (const counts of [{ times: 0 }, { atMost: 0 }, { atMost: 7 }, { times: 1 }]) {
      const { status, body } = await ask(call, way, { ...counts, ...sent })
      t.match({ status, body }, { status: 409, body: { count: 0, expected: counts, forgotten: 1 } }, JSON.stringify([way, counts]))
      t.match(body.detail, `got 0; ${why}`)
    }
  }
  t.match((await ask(call, 'verify', {})).body.detail, `expected at least 1 request, got 0; ${why}; nearest: #3 GET`)
  t.match(await ask(call, 'verify', { match: { operation: 'listDevices' }, atLeast: 2 }), { status: 200, body: { count: 2 } })
  t.match((await ask(call, 'verify', { match: { operation: 'listDevices' }, atMost: 1 })).body.detail, /^expected at most 1 request, got 2; .*the last: #2 GET/)
  await call(path)
  t.match((await ask(call, 'verify', { times: 3 })).body.detail, 'got 1; 2 older requests are forgotten, which may have matched')
})

t.test('after the journal is emptied or reset, no request counts as forgotten', async t => {
  const call = await build(t, { journalEntries: 1 })
  for (const empty of [() => forget(call), () => call('/__admin/reset', { method: 'POST' })]) {
    for (const url of [path, path, devices]) await call(url)
    t.equal((await ask(call, 'verify', { times: 0 })).status, 409)
    await empty()
    await call(devices)
    t.match(await ask(call, 'verify', { times: 0 }), { status: 200, body: { count: 0 } })
  }
})

t.test('a wait also counts requests that the journal forgets meanwhile', async t => {
  const server = await start(t, { journalEntries: 1 })
  const isWatched = watched(server)
  const { requests } = await server.sandbox('default')
  const waiting = requests.wait({ operation: 'getCustomer', times: 3, ...long })
  await isWatched
  for (const url of [path, devices, path, devices, path]) await fetch(server.url + url)
  t.match(await waiting, [{ id: 5 }])
})

t.test('with the journal off, every verification fails, and every wait fails at once', async t => {
  const call = await build(t, { journalEntries: 0 })
  await call(path)
  for (const counts of [{ times: 0 }, { atMost: 1 }, { atLeast: 0 }, {}]) {
    for (const way of ['verify', 'wait'] as const) {
      t.match(await ask(call, way, { ...counts, ...way === 'wait' && long }), { status: 409, body: { count: 0, detail: /got 0; the option journal-entries is 0, so none is remembered$/ } }, JSON.stringify([way, counts]))
    }
  }
})

t.test('the journal keeps the last hundred notes of dropped sandboxes, and they never push out requests', async t => {
  const call = await build(t, { journalEntries: 2 })
  const drop = async (name: string) => {
    await call(`/__sandbox/${name}${path}`)
    await call(`/__admin/sandboxes/${name}`, { method: 'DELETE' })
  }
  await drop('first')
  await call(path)
  for (let count = 1; count <= 100; count++) await drop(`n${count}`)
  await call(devices)
  const { body: { requests } } = await call('/__admin/requests')
  t.match(requests.slice(0, 2), [{ id: 2, path }, { id: 3, sandbox: 'n1' }])
  t.match(requests.slice(-2), [{ id: 102, sandbox: 'n100' }, { id: 103, path: devices }])
  t.equal(requests.length, 102)
  t.match(await ask(call, 'verify', { times: 1 }), { status: 200, body: { count: 1 } }, 'a forgotten note does not count as a forgotten request')
  t.match((await call('/__admin/requests/102')).body, { sandbox: 'n100' })
  t.match(await call('/__admin/requests/1'), { status: 404, body: { detail: 'there is no request 1 in the journal, which holds those from 2 to 103' } })
  t.match((await call('/__admin/requests?since=50&limit=1')).body.requests, [{ id: 103 }])
  t.match((await call('/__admin/requests?since=101')).body.requests, [{ id: 102 }, { id: 103 }])
})

import { once } from 'node:events'
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pauseFor } from 'node:timers/promises'
import { Chance } from './chance.js'
import { Target } from './target.js'

const largest = 1024 * 1024 - 100
const form = 'application/x-www-form-urlencoded'
const channels = '/ovoc/v1/topology/channels'
const token = '/t/oauth2/v2.0/token'
const rules = '/__admin/rules'
const waits = '/__admin/requests/wait'
const verify = '/__admin/requests/verify'
const guid = '11111111-2222-3333-4444-555555555555'

const attacks = { pipelined, journal, readers, strangers, matches, shapes, changes, referrers, reloads, storage, controls }

/** The kinds of hostile load. */
export const kinds = Object.keys(attacks)

/** Loads a server of its own in one way; gives back what was found. */
export async function tryHostile (kind, seed) {
  const began = performance.now()
  const targets = []
  const start = async (...settings) => {
    const target = await Target.start(...settings)
    targets.push(target)
    return target
  }
  try {
    await attacks[kind](start, new Chance(seed, kinds.indexOf(kind)))
  } finally {
    for (const target of targets) target.stop()
  }
  const most = name => Math.round(Math.max(...targets.map(target => target[name])))
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(`${kind}: others waited ${most('longest')} ms, memory grew by ${most('mostGrowth')} MiB, ${seconds} s`)
  return targets.flatMap(({ findings }) => findings)
}

/** Floods of requests behind a first response that is slow, each on one connection. */
async function pipelined (start, chance) {
  const wait = JSON.stringify({ match: { method: 'TRACE' }, timeout: 60_000 })
  const host = 'Host: 127.0.0.1\r\n'
  const firsts = [
    `GET ${channels} HTTP/1.1\r\n${host}Prefer: wait=60\r\n\r\n`,
    `GET ${channels}?__delay=60000 HTTP/1.1\r\n${host}\r\n`,
    `GET /ovoc/v1/topology/customers?detail=1 HTTP/1.1\r\n${host}\r\n`,
    `GET /__admin/requests/stream HTTP/1.1\r\n${host}\r\n`,
    `GET /__sandbox/slow${channels} HTTP/1.1\r\n${host}\r\n`,
    `POST ${waits} HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: ${wait.length}\r\n\r\n${wait}`
  ]
  for (const path of [chance.one(['/', channels, '/__admin/clock']), '/openapi.json']) {
    const target = await start(['--customers', '5000'])
    await target.send('POST', `/__sandbox/slow${rules}`, { body: { delay: 60_000 } })
    const next = Buffer.from(`GET ${path} HTTP/1.1\r\n${host}\r\n`.repeat(40_000))
    const what = `${firsts.length} times 40,000 requests for ${path} behind a slow response`
    await target.bear(what, 200, () => flood(target, firsts, next))
    target.stop()
  }
}

async function flood ({ port }, firsts, next) {
  const sockets = firsts.map(first => connect(port, '127.0.0.1').on('error', () => {}).pause())
  await Promise.all(sockets.map(socket => once(socket, 'connect')))
  for (const [index, socket] of sockets.entries()) socket.write(firsts[index])
  await pauseFor(200)
  for (const socket of sockets) socket.write(next)
  await pauseFor(2000)
  for (const socket of sockets) socket.destroy()
}

/** Bodies of 1 MiB that are hard to read, shown from the journal in every way while another client works. */
async function journal (start, chance) {
  const sign = chance.one(['a', 'b', 'x'])
  const names = between => Array.from({ length: 90_000 }, (_, index) => between(index.toString(36))).join('')
  const repeated = part => part.repeat(Math.floor(largest / part.length))
  const bodies = [
    ['a=', channels, repeated(`${sign}=`), 'application/json'],
    ['a=, 100 of 64 kB', channels, repeated(`${sign}=`).slice(0, 65_000), 'application/json', 100],
    ['%61=', channels, repeated(`%6${chance.whole(1, 9)}=`), 'application/json'],
    ['token=1&', token, repeated('token=1&'), form],
    ['"a":', channels, repeated(`"${sign}":`), 'application/json'],
    ['many names of a form', token, names(name => `${name}=1&`), form],
    ['many names of a JSON', channels, `{${names(name => `"${name}":0,`)}"z":0}`, 'application/json'],
    ...['=%', '%ff=', 'name=', `&pw%5C${sign}=%22%5C`, '\\"pin":'].map(part => {
      return [`texts of ${part}`, channels, JSON.stringify({ text: repeated(part).slice(0, 60_000) }), 'application/json']
    })
  ]
  const target = await start([])
  for (const [index, [what, path, body, type, times = 10]] of bodies.entries()) {
    const at = `/__sandbox/j${index}`
    await target.bear(`bodies of ${what} read from the journal`, 400, async () => {
      const stream = streamOf(target, at).resume()
      await several(times, () => target.send('POST', `${at}${path}`, { body, type }))
      await target.send('GET', `${at}${channels}?token=%22${'%5Cabc'.repeat(40)}`)
      await target.send('GET', `${at}/__admin/requests`)
      await target.send('POST', `${at}${verify}`, { body: { match: { method: 'POST' }, times: 99 } })
      await target.send('POST', `${at}${waits}`, { body: { match: { method: 'PATCH' }, timeout: 10 } })
      stream.destroy()
    })
  }
}

/** Readers of events, some of which never read, while large bodies come. */
async function readers (start) {
  const target = await start([])
  await target.bear('2 bodies of 1 MiB for 400 readers of events', 300, async () => {
    const sockets = Array.from({ length: 400 }, (_, index) => {
      const socket = streamOf(target, '')
      return index % 10 === 0 ? socket.resume() : socket.pause()
    })
    await pauseFor(300)
    const body = { description: 'd'.repeat(largest) }
    for (let count = 0; count < 2; count++) await target.send('POST', channels, { body })
    for (const socket of sockets) socket.destroy()
  })
  await target.bear('bodies that the matches of 100 readers of events are compared with', 300, async () => {
    const matches = ['{"a":1}', `{"a":${'['.repeat(1500)}${']'.repeat(1500)}}`]
    const sockets = Array.from({ length: 100 }, (_, index) => {
      const match = encodeURIComponent(`{"path":"${channels}","body":${matches[index % 2]}}`)
      return streamOf(target, '/__sandbox/matching', `?match=${match}&brief=${index % 4 < 2}&since=0`).resume()
    })
    await pauseFor(300)
    const names = Object.fromEntries(Array.from({ length: 990 }, (_, index) => [`name ${index}`, 'a= '.repeat(15)]))
    const bodies = [JSON.stringify(names), matches[1]]
    for (const body of bodies) await target.send('POST', `/__sandbox/matching${channels}`, { body })
    // A brief stream gathers for a while.
    await pauseFor(200)
    for (const socket of sockets) socket.destroy()
  })
}

/** Does the same several times at once, as far as there are connections. */
function several (times, action) {
  return Promise.all(Array.from({ length: times }, action))
}

function streamOf ({ port }, prefix, query = '') {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  socket.write(`GET ${prefix}/__admin/requests/stream${query} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
  return socket
}

const admin = { Authorization: 'Bearer tok' }
const preflight = { Origin: 'http://page.example', 'Access-Control-Request-Method': 'PUT' }
const asStranger = [
  ['GET', '/nope'], ['GET', '/openapi.json'], ['GET', '/openapi.yaml'], ['GET', '/docs'], ['GET', '/docs/'], ['GET', '/docs/index.css'], ['GET', '/docs/nothing'],
  ['POST', '/docs'], ['GET', '/ovoc'], ['GET', '/ovoc/v1/nope'], ['GET', channels], ['DELETE', channels],
  ['GET', '/%zz'], ['GET', '/docs#x'], ['GET', '/openapi.json#'], ['GET', '/__admin#x'], ['GET', '/#'], ['POST', token], ['GET', token], ['GET', '/t/discovery/v2.0/keys'],
  ['GET', '/t/v2.0/.well-known/openid-configuration'], ['GET', '/t/oauth2/v2.0/authorize'],
  ['POST', '/-/oauth2/v2.0/token'], ['OPTIONS', channels], ['OPTIONS', '/nope'], ['OPTIONS', channels, preflight],
  ['OPTIONS', '/nope', preflight], ['GET', '/__admin/health'], ['GET', '/__admin/clock'], ['POST', '/__admin/reset'],
  ['POST', '/__admin/nope'], ['GET', '/__admin/openapi.json'], ['GET', '/__admin/requests/stream']
]

/** Callers without credentials, who must neither open a sandbox nor push a tester's out. */
async function strangers (start) {
  const credentials = ['--admin-token', 'tok', '--user', 'u:longsecret', '--client', 'c:longsecret']
  const target = await start(['--auth', 'required', ...credentials, '--max-sandboxes', '20'])
  const body = { description: 'mine' }
  await target.send('PATCH', '/__sandbox/tester/__admin/records/customers/85844', { body, headers: admin })
  await target.bear('strangers', 100, async () => {
    for (const [index, [method, path, headers]] of asStranger.entries()) {
      const [byPath, byHeader] = [`p${index}`, `h${index}`]
      await target.send(method, `/__sandbox/${byPath}${path}`, { headers })
      await target.send(method, path, { headers: { ...headers, 'X-Ovoc-Mock-Sandbox': byHeader } })
      const open = await openSandboxes(target)
      if (open.includes(byPath)) target.find(`without credentials ${method} ${path} opens a sandbox named by path`)
      if (open.includes(byHeader)) target.find(`without credentials ${method} ${path} opens a sandbox named by header`)
      if (!open.includes('tester')) {
        target.find(`a tester's sandbox is pushed out by ${2 * index + 2} requests without credentials`)
        return
      }
    }
  })
}

async function openSandboxes (target) {
  const { text } = await target.send('GET', '/__admin/sandboxes', { headers: admin })
  return JSON.parse(text).sandboxes.map(({ name }) => name)
}

/** Matches with very many conditions, unknown names and long patterns, at whatever takes one. */
async function matches (start, chance) {
  const target = await start([])
  const letter = chance.one(['a', 'b', 'c'])
  const named = (count, value) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${letter}${index}`, value]))
  const query = new URLSearchParams(named(20, 'a'.repeat(50)))
  await several(1000, () => target.send('GET', `/ovoc/v1/topology/rejectedEndpoints?${query}`))
  const long = { 'X-Long': letter.repeat(14_000) }
  await several(3, () => target.send('GET', channels, { headers: { 'X-Spelling': `${letter}= `.repeat(4000) } }))
  const spellings = Array.from({ length: 100 }, (_, index) =>
    ['x-spelling'.replaceAll(/[a-z]/g, (sign, at) => (index >> at % 8) % 2 === 1 ? sign.toUpperCase() : sign), '!='])
  const chains = Object.fromEntries(Array.from({ length: 99 }, (_, index) => [`c${index}`, JSON.parse(`${'{"a":'.repeat(95)}1${'}'.repeat(95)}`)]))
  const rule = match => ({ status: 503, match })
  // Only the last does not fit, so that each is compared.
  const fitting = { ...named(20, 'a*'.repeat(20)), [`${letter}19`]: 'b' }
  const loads = [
    ['verify with 4,000 headers', verify, { match: { headers: named(4000, '') } }],
    ['wait with 4,000 headers', waits, { match: { headers: named(4000, '') }, timeout: 10 }],
    ['verify with 4,000 names in the query', verify, { match: { query: named(4000, '*') } }],
    ['verify with 20 patterns of 20 stars', verify, { match: { query: named(20, `${'a*'.repeat(20)}b`) } }],
    ['verify with a path of 50,000 stars', verify, { match: { path: `/${'*a'.repeat(50_000)}` } }],
    ['verify with a list of 50,000', verify, { match: { body: { description: Array(50_000).fill(1) } } }],
    ['verify with 90,000 unknown names', verify, { match: { body: named(90_000, 1) } }, 3],
    ['a rule with 90,000 unknown names', rules, rule({ body: named(90_000, 1) }), 3],
    ['a rule with 80,000 query names', rules, rule({ operation: 'listCustomers', query: named(80_000, '1') }), 3],
    ['a rule with a name of 1 MB', rules, rule({ body: { ['x'.repeat(1_000_000)]: 1 } })],
    ['a rule of an operation of 1 MB', rules, rule({ operation: 'x'.repeat(1_000_000) })],
    ['200 rules with 20 patterns of 20 stars', rules, rule({ query: fitting }), 200],
    ['3 rules with 70,000 headers', rules, rule({ headers: named(70_000, '') }), 3],
    ['1000 rules with a part of 1,500 that is searched for', rules, rule({ headers: { 'x-long': `*${letter}x${letter.repeat(1500)}*` } }), 1000],
    ['1000 rules with a part of 5 that is searched for', rules, rule({ headers: { 'x-long': `*${letter.repeat(4)}x*` } }), 1000],
    ['50 rules with 99 chains of 95 levels', rules, rule({ path: '*', body: chains }), 50],
    ['verify with 100 spellings of a header', verify, { match: { headers: Object.fromEntries(spellings) } }],
    ['30 rules with a path of 1,000,000 stars', rules, rule({ path: `${'*'.repeat(1_000_000)}q` }), 30]
  ]
  for (const [what, path, match, times = 1] of loads) {
    const body = JSON.stringify(match)
    await target.bear(what, 300, async () => {
      await several(times, () => target.send('POST', path, { body }))
      // Each rule is compared with each of these.
      if (path === rules) await several(4, () => target.send('GET', `${channels}?${query}`, { headers: long }))
      if (path === rules) await target.send('POST', channels, { body: JSON.stringify({ ...chains, c98: 1 }) })
    })
    await target.send('DELETE', rules)
  }
}

/** Bodies of 1 MiB in shapes that take long to read or to check, at all that takes one. */
async function shapes (start, chance) {
  const target = await start(['--customers', '1000'])
  const sign = chance.one(['[', '{"a":'])
  const numbers = (count, first) => Array.from({ length: count }, (_, index) => first + index)
  const files = count => numbers(count, 5).map(id => ({ id, name: 'n', description: null }))
  const repeated = part => part.repeat(Math.floor(largest / part.length))
  const fields = numbers(39_000, 0).map(index => `"${chance.one(['f', 'g'])}${index}":1`)
  const loads = {
    'levels that end': `{"description":${'['.repeat(300_000)}${']'.repeat(300_000)}}`,
    'levels without an end': repeated(sign),
    '39,000 names of one object': `{${fields.join(',')}}`,
    '39 objects of 990 names': `{"customers":[${numbers(39, 0).map(index => `{${fields.slice(index * 990, index * 990 + 990)}}`)}]}`,
    '39,000 references': JSON.stringify({ alarmDevicesFilter: numbers(39_000, 1_000_000) }),
    '39,000 items': JSON.stringify({ attachedServices: Array(39_000).fill(chance.one([0, 'x', null])) }),
    '2,000 references': JSON.stringify({ alarmDevicesFilter: numbers(2000, 1_000_000) }),
    '10,000 records': JSON.stringify({ files: files(10_000) }),
    '10,000 records of a new sandbox': JSON.stringify({ name: 'new', fixtures: { files: files(10_000) } }),
    '1,900 records of a new sandbox': JSON.stringify({ name: 'new', fixtures: { files: files(1900) } }),
    'line breaks and a fault': `{"description":1${'\n'.repeat(1_000_000)}x`,
    'spaces between two faults': `{"description":x${' '.repeat(1_000_000)}x}`,
    'spaces before a repeated name': `{"a":${' '.repeat(1_000_000)}1,"a":2}`,
    'escapes before a repeated name': `{"a":"${chance.one(['\\n', '\\u0041']).repeat(170_000)}","a":2}`,
    'escapes and a fault': `{"a":"${'\\n'.repeat(500_000)}`,
    'a fault in each item': `[${'1 '.repeat(500_000)}]`,
    'a text without an end': `{"description":"${chance.one(['d', '\\"', '\\u0041']).repeat(170_000)}`,
    'many pairs of one name': repeated(`${chance.one(['a', 'b'])}=1&`),
    '100,000 names of a form': numbers(100_000, 0).map(index => `n${index}=1`).join('&'),
    'escapes of a form': `a=${repeated('%61')}`,
    'spaces of a form': `client_secret=${repeated('+')}`,
    'marks in a name': `{"a${chance.one(['\u0301\u0316', '\ufdfa'.repeat(2)]).repeat(32_000)}":"token"}`,
    'short texts with escapes': JSON.stringify({ a: [...Array(7000).fill(chance.one(['%2525', 'pin=', '\u0301'])), 'token'] })
  }
  const places = [
    ['PUT', '/ovoc/v1/topology/customers/85844'], ['PUT', '/ovoc/v1/alarms/fwdRules/90311'], ['POST', rules], ['POST', verify],
    ['PATCH', '/__admin/records/fwdRules/90311'], ['PUT', '/__admin/records'], ['POST', '/ovoc/v1/topology/sites'], ['POST', token],
    ['POST', '/__admin/sandboxes']
  ]
  for (const [what, body] of Object.entries(loads)) {
    await target.bear(`bodies of ${what}`, 300, async () => {
      for (const [method, path] of places) await target.send(method, path, { body })
      await target.send('POST', token, { body, type: form })
      await target.send('GET', '/__admin/requests?limit=5')
    })
  }
}

/** As many changes as a sandbox takes, which are then copied, counted, searched and taken back. */
async function changes (start) {
  const target = await start(['--customers', '20000'])
  const read = async path => (await target.send('GET', path)).text
  // Of a long list only the beginning is read.
  const idsOf = async path => Array.from((await read(`${path}?fields=id`)).matchAll(/"id":(\d+)/g), ([, id]) => Number(id))
  const [{ record: rule }] = JSON.parse(await read('/__admin/records/fwdRules')).records
  const calls = await idsOf('/ovoc/v1/callsMonitor/calls')
  const devices = await idsOf('/ovoc/v1/topology/devices')
  const numbered = (id, alarmDevicesFilter) => ({ ...rule, id, url: rule.url.replace(/\d+$/, id), alarmDevicesFilter })
  const most = {
    '50,000 deletions': from => ({ delete: { calls: calls.slice(from * 2000, from * 2000 + 2000) } }),
    '2,000 references in each of many records': from => {
      const first = from * 2000 % (devices.length - 2000)
      return { fwdRules: [numbered(9_000_000 + from, devices.slice(first, first + 2000))] }
    }
  }
  for (const [what, make] of Object.entries(most)) {
    await target.bear(what, 400, async () => {
      let [from, status] = [0, 200]
      for (; status === 200; from++) ({ status } = await target.send('PUT', '/__admin/records', { body: make(from) }))
      if (status !== 507) target.find(`${what}: the last of ${from} requests is a ${status}`)
      for (let times = 0; times < 3; times++) {
        await target.send('POST', '/__admin/snapshots/full')
        await target.send('PUT', '/ovoc/v1/alarms/fwdRules/90311', { body: { name: `${times}` } })
        await target.send('GET', '/__admin/health')
        await target.send('GET', "/ovoc/v1/alarms/fwdRules?filter=(name='x')")
        await target.send('POST', '/__admin/snapshots/full/restore')
        await target.send('DELETE', `/__admin/records/devices/${devices[times]}`)
        await target.send('DELETE', `/__admin/records/fwdRules/${9_000_000 + times}`)
      }
      await target.send('POST', '/__admin/reset')
      await target.send('DELETE', '/__admin/snapshots/full')
    })
  }
}

/** Very many records that refer to one, which is then shown, changed and deleted. */
async function referrers (start) {
  const target = await start(['--customers', '600'])
  const batch = from => Array.from({ length: 2000 }, (_, index) => {
    const id = 5_000_000 + from * 2000 + index
    return { id, url: `/ovoc/v1/callsMonitor/calls/${id}`, reportingNodeId: 61204 }
  })
  const device = '/__admin/records/devices/61204'
  await target.bear('very many calls of one device', 400, async () => {
    let [from, status] = [0, 200]
    for (; status === 200; from++) ({ status } = await target.send('PUT', '/__admin/records', { body: { calls: batch(from) } }))
    if (status !== 507) target.find(`very many calls of one device: the last of ${from} requests is a ${status}`)
    for (let times = 0; times < 3; times++) {
      await target.send('GET', `${device}/relations`)
      await target.send('PATCH', device, { body: { description: `${times}` } })
      await target.send('DELETE', device)
      const deletion = await target.send('DELETE', `${device}?cascade=true`)
      if (deletion.status !== 409) target.find(`a cascade over very many calls is a ${deletion.status}`)
    }
    await target.send('POST', '/__admin/reset')
  })
  await target.bear('a cascade over 600 customers', 400, async () => {
    const { status } = await target.send('DELETE', '/__admin/records/customers?cascade=true')
    if (status !== 200) target.find(`a cascade over 600 customers is a ${status}`)
  })
}

/** Fixtures that are read again while sandboxes have many changes, which go on meanwhile. */
async function reloads (start) {
  const folder = mkdtempSync(join(tmpdir(), 'ovoc-mock-fuzz-'))
  try {
    cpSync('fixtures', folder, { recursive: true })
    const target = await start(['--customers', '20000', '--fixtures', folder])
    const { text } = await target.send('GET', '/ovoc/v1/callsMonitor/calls?fields=id')
    const calls = Array.from(text.matchAll(/"id":(\d+)/g), ([, id]) => Number(id))
    const places = ['', '/__sandbox/one', '/__sandbox/two']
    for (const place of places) {
      for (let from = 0; from < 10_000; from += 2000) {
        await target.send('PUT', `${place}/__admin/records`, { body: { delete: { calls: calls.slice(from, from + 2000) } } })
      }
    }
    await target.bear('fixtures read again below 30,000 changes', 400, async () => {
      for (let times = 0; times < 3; times++) {
        appendFileSync(join(folder, 'files.json'), ' ')
        const reading = target.send('POST', '/__admin/fixtures/reload')
        await target.send('PATCH', '/__admin/records/customers/85844', { body: { description: `${times}` } })
        const { status } = await reading
        if (status !== 200) target.find(`reading fixtures again is a ${status}`)
      }
    })
    for (const place of places) {
      const { status } = await target.send('GET', `${place}/__admin/records/calls/${calls[0]}`)
      if (status !== 404) target.find(`a deletion in ${place} is lost when fixtures are read again`)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** More than the heap holds: large records and rules, and many snapshots; each is stored or clearly refused. */
async function storage (start, chance) {
  const text = chance.one(['d', 'e', 'f']).repeat(1_040_000)
  const channel = JSON.stringify({ name: 'n', tenantId: 1, msTenantId: guid, description: text })
  const customer = JSON.stringify({ description: text })
  const rule = JSON.stringify({ status: 503, times: 1, match: { path: '/never' }, description: text })
  await fill(start, 'records of 1 MB', 120, index => index % 2 === 0
    ? ['POST', channels, channel]
    : ['PUT', `/__sandbox/s${index}/ovoc/v1/topology/customers/85844`, customer])
  await fill(start, 'rules of 1 MB', 120, index => ['POST', `/__sandbox/s${index % 10}${rules}`, rule])
  const long = JSON.stringify({ rejectedEndpoints: endpoints(16, text.slice(0, 60_000)) })
  await fill(start, 'lists of records of 60 kB', 120, index =>
    ['PUT', `/__sandbox/s${index % 10}/__admin/records`, long])
  const named = sign => Object.fromEntries(Array.from({ length: 990 }, (_, index) => [`${sign}${index}`, sign]))
  await fill(start, 'responses with 990 headers', 15_000, index => {
    const [place, sign] = [`/__sandbox/s${Math.floor(index / 500)}`, 'xy'[index % 2]]
    if (index % 500 > 1) return ['GET', `${place}${channels}?${sign}=1`]
    return ['POST', `${place}${rules}`, JSON.stringify({ status: 204, headers: named(sign), match: { query: { [sign]: '1' } } })]
  })
  const many = JSON.stringify({ rejectedEndpoints: endpoints(16_000, null) })
  await fill(start, '80 snapshots of 32,000 records, one changed between them', 162, index => index < 2
    ? ['PUT', '/__admin/records', many]
    : index % 2 === 0
      ? ['PATCH', '/__admin/records/customers/85844', `{"description":"${index}"}`]
      : ['POST', `/__admin/snapshots/s${index}`])
}

function endpoints (length, error) {
  return Array.from({ length }, (_, index) => ({ mac: index.toString(16).padStart(12, '0'), error }))
}

// What may be stored is a quarter of the heap; each request by itself fits well.
async function fill (start, what, times, requestOf) {
  const target = await start([], { heap: 128, env: { OVOC_MOCK_STORAGE_BYTES: String(32 * 1024 * 1024) } })
  await target.bear(what, 250, async () => {
    const statuses = {}
    for (let index = 0; index < times && statuses[0] === undefined; index++) {
      const [method, path, body] = requestOf(index)
      const { status } = await target.send(method, path, { body })
      statuses[status] = (statuses[status] ?? 0) + 1
    }
    const odd = Object.keys(statuses).filter(status => status !== '507' && (status < 200 || status >= 500))
    if (odd.length > 0) target.find(`${what}: the statuses are ${JSON.stringify(statuses)}`)
  })
  target.stop()
}

/** What a terminal obeys instead of showing it. */
const unseen = /\p{Cc}|[\u200E\u200F\u202A-\u202E\u2066-\u2069]/u

/** Control characters in all that a caller can send: each request logs one line, which holds none of them. */
async function controls (start, chance) {
  const target = await start([], { log: ['--log-level', 'info'] })
  const codes = Array.from({ length: 0xA0 }, (_, code) => code).filter(code => code < 0x20 || code > 0x7E)
  const shuffled = codes.map(code => ({ code, at: chance.draw() })).sort((one, other) => one.at - other.at)
  const text = `${String.fromCodePoint(...shuffled.map(({ code }) => code))}\u202E\n12:00:00.000 GET /forged 200`
  const tight = text.replaceAll(/\s/gu, '')
  const high = [...text].filter(character => /[\u0080-\u009F]/.test(character)).join('')
  const path = encodeURIComponent(text)
  const post = (url, values, headers) =>
    ['POST', url, { body: new URLSearchParams(values).toString(), type: form, headers }]
  const credentials = { grant_type: 'client_credentials', client_id: 'ovoc-client', client_secret: 'ovoc-secret' }
  const basic = { Authorization: `Basic ${Buffer.from(`${text}:x`).toString('base64')}` }
  const places = {
    tenant: post(`/${path}/oauth2/v2.0/token`, { x: 1 }),
    grant_type: post(token, { grant_type: text }),
    client_id: post(token, { ...credentials, client_id: text }),
    scope: post(token, { ...credentials, scope: `x${tight}` }),
    audience: post(token, { ...credentials, scope: `${tight}/.default` }),
    'repeated parameter': post(token, [[text, 1], [text, 2]]),
    'client of a Basic header': post(token, { grant_type: 'client_credentials' }, basic),
    'user of a Basic header': ['GET', channels, { headers: basic }],
    'name in a body': ['POST', channels, { body: { [text]: 1 } }],
    'value in a body': ['POST', '/ovoc/v1/alarms/fwdRules', { body: { name: text, tenantId: text, [text]: text } }],
    'malformed JSON': ['POST', channels, { body: `{"${text}` }],
    'query name': ['GET', `${channels}?${path}=1`],
    filter: ['GET', `${channels}?filter=(${path}='1')`],
    fields: ['GET', `${channels}?fields=${path}`],
    path: ['GET', `/ovoc/v1/topology/${path}`],
    id: ['GET', `${channels}/${path}`],
    sandbox: ['GET', `/__sandbox/${path}${channels}`],
    preference: ['GET', channels, { headers: { Prefer: `code="${high}"` } }],
    'content type': ['POST', channels, { body: '{}', type: `x/${high}` }],
    charset: ['POST', channels, { body: '{}', type: `application/json; charset=${high}` }],
    rule: ['POST', rules, { body: { status: 500, body: text, headers: { 'X-Text': text }, match: { path: text } } }],
    'rule of a header': ['POST', verify, { body: { match: { headers: { [text]: text } } } }],
    'rule of an operation': ['POST', verify, { body: { match: { operation: text } } }],
    snapshot: ['POST', `/__admin/snapshots/${path}`],
    host: ['GET', '/__admin/clock', { headers: { Host: `a${high}.b` } }],
    origin: ['GET', '/__admin/clock', { headers: { Origin: `http://${high}` } }]
  }
  await target.bear('control characters', 100, async () => {
    // The other client logs lines too.
    const own = from => target.logged.slice(from).split('\n').filter(line => !line.includes('/customers/85844'))
    for (const [place, request] of Object.entries(places)) {
      const from = target.logged.length
      await target.send(...request)
      for (let tries = 0; own(from).length < 2 && tries < 100; tries++) await pauseFor(5)
      const lines = own(from).slice(0, -1)
      const shown = JSON.stringify(lines.slice(0, 3)).slice(0, 200)
      if (lines.length !== 1) target.find(`control characters as ${place} log ${lines.length} lines: ${shown}`)
      const signs = [...lines.join('')].filter(character => unseen.test(character)).map(sign => sign.codePointAt(0))
      const raw = signs.map(code => code.toString(16))
      if (raw.length > 0) target.find(`control characters as ${place} are logged raw: ${raw.slice(0, 8)}`)
    }
  })
}

import t from 'tap'
import { sendRaw, start } from '../harness.ts'

const path = '/ovoc/v1/topology/customers/85844'
const json = { 'content-type': 'application/json' }
const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`

async function post (url: string, body: object): Promise<any> {
  return (await fetch(url, { method: 'POST', headers: json, body: JSON.stringify(body) })).json()
}

async function last (url: string): Promise<any> {
  const { requests } = await (await fetch(`${url}/__admin/requests?limit=1`)).json() as { requests: unknown[] }
  return requests[0]
}

t.test('the journal has a response that a rule cut, with its status, headers and the bytes that were sent', async t => {
  const { url } = await start(t, { customers: 10_000 })
  for (const [asked, operation] of [[path, 'getCustomer'], ['/ovoc/v1/topology/lcCustomers?detail=1', 'listLcCustomers'], ['/ovoc/v1/nowhere', null]] as const) {
    await post(`${url}/__admin/rules`, { break: 'cut', times: 1 })
    const sent = await sendRaw(url, request.replace(path, asked))
    const [, status, headers, body = ''] = /^HTTP\/1.1 (\d+) .*?\r\n(.*?)\r\n\r\n(.*)$/s.exec(sent) as RegExpExecArray
    const entry = await last(url)
    t.match(entry, { operation, status: Number(status), response: { body: null }, reason: /\(cut\)$/ }, asked)
    t.equal(entry.response.headers['content-type'], 'application/json; charset=utf-8')
    const length = /chunked/i.test(headers as string) ? parseInt(body, 16) : body.length
    t.ok(length > 0)
    t.equal(entry.response.bytes, length, asked)
  }
})

t.test('the journal has a request whose connection a rule broke, with the rule and without a status', async t => {
  const { url } = await start(t)
  for (const breaks of ['reset', 'empty']) {
    const { rules: [{ id }] } = await post(`${url}/__admin/rules`, { break: breaks, times: 1 })
    await sendRaw(url, request).catch(error => t.equal(error.code, 'ECONNRESET'))
    t.match(await last(url), { operation: 'getCustomer', params: { id: 85844 }, status: null, response: { body: null, bytes: 0 }, reason: new RegExp(`${id}\\b.*${breaks}|${breaks}.*${id}\\b`) }, breaks)
  }
  t.same(await post(`${url}/__admin/requests/verify`, { match: { operation: 'getCustomer', status: null }, times: 2 }), { count: 2 })
})

t.test('the journal has a response that a rule made or spoilt, as it was sent', async t => {
  const { url } = await start(t)
  await post(`${url}/__admin/rules`, { break: 'malformed', times: 1 })
  const text = await (await fetch(url + path)).text()
  const entry = await last(url)
  t.match(entry, { status: 200, response: { body: `${text.slice(0, 1000)}…`, bytes: Buffer.byteLength(text) }, reason: /malformed/ })
  await post(`${url}/__admin/rules`, { status: 503, body: { password: 'hush', reason: 'x' }, times: 1 })
  await fetch(url + path)
  t.match(await last(url), { status: 503, response: { body: { password: '…', reason: 'x' } }, reason: /503/ })
})

t.test('the journal says that a rule found no body to spoil', async t => {
  const { url } = await start(t)
  await post(`${url}/__admin/rules`, { break: 'malformed', times: 1 })
  t.equal((await fetch(`${url}/ovoc/v1/topology/devices?filter=(name='none')`)).status, 204)
  t.match((await last(url)).reason, /malformed.*; the response has no body that it could spoil$/)
  await post(`${url}/__admin/rules`, { break: 'malformed', times: 1 })
  t.equal((await fetch(url + path, { method: 'HEAD' })).status, 200)
  t.match((await last(url)).reason, /malformed.*; the response has no body that it could spoil$/)
})

t.test('the journal has a request whose client left during a delay at once, and only once', async t => {
  const { url } = await start(t)
  await post(`${url}/__admin/rules`, { delay: 60_000, times: 1 })
  const left = new AbortController()
  const leaving = fetch(url + path, { signal: left.signal })
  const waiting = post(`${url}/__admin/requests/wait`, { match: { status: null }, timeout: 20_000 })
  const { rules } = await (async () => {
    for (;;) {
      const rules = await (await fetch(`${url}/__admin/rules`)).json() as { rules: Array<{ fired: number }> }
      if (rules.rules[0]?.fired === 1) return rules
    }
  })()
  t.equal(rules.length, 1)
  left.abort()
  await t.rejects(leaving, { name: 'AbortError' })
  t.match(await waiting, { count: 1, requests: [{ id: 1, status: null, reason: 'rule 1: waits 60000 ms' }] })
  const { requests } = await (await fetch(`${url}/__admin/requests`)).json() as { requests: unknown[] }
  t.equal(requests.length, 1)
})

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { connectOvocMock } from '../../src/index.ts'
import type { Rule } from '../../src/index.ts'
import { start } from '../harness.ts'
import { bothWays } from './ways.ts'

const path = '/ovoc/v1/topology/customers/85844'
const statuses = async (url: string, count: number) => {
  const seen = []
  while (seen.length < count) seen.push((await fetch(url + path, { method: 'PUT' })).status)
  return seen
}

bothWays('a rule fails as many requests as it says, counts them, and can be read and deleted', async (t, ovoc) => {
  const { rules, url } = await ovoc.sandbox()
  const [rule] = await rules.add({ match: { operation: 'verifyCustomer', params: { id: 85844 } }, status: 503, headers: { 'Retry-After': '1' }, times: 2 })
  t.same(await statuses(url, 3), [503, 503, 200])
  t.same(await rules.list(), [{ ...rule, matched: 3, fired: 2 }])
  const id = rule?.id ?? 0
  t.same(await rules.get(id), { ...rule, matched: 3, fired: 2 })
  await rules.delete(id)
  await t.rejects(rules.get(id), { name: 'OvocMockError', message: `there is no rule with id ${id}` })
})

bothWays('a preset adds its rules, and clear deletes all rules', async (t, ovoc) => {
  const { rules, url } = await ovoc.sandbox()
  t.ok((await rules.add({ preset: 'outage' })).length > 0)
  t.not((await statuses(url, 1))[0], 200)
  await rules.clear()
  t.same([await rules.list(), await statuses(url, 1)], [[], [200]])
})

bothWays('a rule with an unknown name is rejected with the closest known name', async (t, ovoc) => {
  const { rules } = await ovoc.sandbox()
  await t.rejects(rules.add({ match: { operation: 'verifyCustomers' as 'verifyCustomer' }, delay: 10 }), { message: /did you mean "verifyCustomer"\?/ })
})

bothWays('the journal has the body of a request, whatever responds to it', async (t, ovoc) => {
  const { rules, requests, url } = await ovoc.sandbox()
  const body = { description: 'second' }
  const put = (query = '') => fetch(`${url}${path}${query}`, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }).then(({ status }) => status, () => 'broken')
  const responding: Rule[] = [{ status: 503 }, { responses: [503] }, { body: 'own' }, { break: 'reset' }, { break: 'empty' }, { rateLimit: { requests: 1, seconds: 60 } }]
  for (const rule of responding) {
    await rules.add(rule)
    await put()
    await put()
    await rules.clear()
    await t.resolves(requests.verify({ operation: 'verifyCustomer', body, times: 2 }), JSON.stringify(rule))
    await requests.clear()
  }
  await rules.add({ break: 'empty', times: 1 })
  await put()
  await t.rejects(requests.verify({ times: 0 }), { message: /^expected 0 requests, got 1; the last: #\d+ PUT \S+ \(no response\)/ })
  t.equal(await put('?__code=503'), 503)
  await t.resolves(requests.verify({ operation: 'verifyCustomer', body, status: 503, times: 1 }))
})

bothWays('a rule looks at the body of a request for a path that is not simulated', async (t, ovoc) => {
  const { rules, requests, url } = await ovoc.sandbox()
  const sites = '/ovoc/v1/topology/sites'
  const post = (text: string) => fetch(url + sites, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: text }).then(({ status }) => status)
  await rules.add({ match: { path: sites, body: { city: 'x' } }, status: 201, body: { id: 5 } })
  t.same([await post('{"city":"y"}'), await post('{"city":"x"}'), await post('{"name":')], [501, 201, 501])
  await t.resolves(requests.verify({ path: sites, body: { city: 'y' }, status: 501 }))
  await rules.add({ match: { path: sites }, status: 202 })
  t.equal(await post('{"name":'), 202)
  t.equal((await requests.list({ path: sites })).at(-1)?.body, '{"name":')
})

t.test('a function can make responses in the same process, for known and unknown paths', async t => {
  const ovoc = await start(t)
  const { rules, url } = await ovoc.sandbox()
  await rules.add({ match: { operation: 'verifyCustomer' }, respond: async ({ params, body }) => ({ status: 201, body: { id: params.id, body } }) })
  await rules.add({ match: { path: '/echo/*' }, respond: ({ path, query }) => query.pass === undefined ? { body: path } : undefined })
  const put = await fetch(`${url}/ovoc/v1/topology/customers/85844`, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: '{"description":"x"}' })
  t.same([put.status, await put.json()], [201, { id: 85844, body: { description: 'x' } }])
  t.equal(await (await fetch(`${url}/echo/a/b`)).text(), '/echo/a/b')
  await rules.add({ match: { path: '/mirror' }, respond: ({ body }) => ({ body }) })
  const mirrored = await fetch(`${url}/mirror`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"a":1}' })
  t.same(await mirrored.json(), { a: 1 })
  t.equal((await fetch(`${url}/echo/a/b?pass=1`)).status, 404)
})

t.test('a function that throws or returns a wrong response is a 500, and its reason is logged', async t => {
  const code = `
    const { startOvocMock } = await import(${JSON.stringify(new URL('../../src/index.js', import.meta.url))})
    const ovoc = await startOvocMock()
    const { rules } = await ovoc.sandbox('default')
    const path = '/ovoc/v1/topology/customers/85844'
    for (const respond of [() => { throw new Error('of the test') }, () => 5, () => ({ headers: { 'a b': '' } })]) {
      await rules.add({ respond, times: 1 })
      console.log((await fetch(ovoc.url + path)).status)
    }
    await ovoc.close()`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code])
  t.match(stdout, /Error: of the test[^]*\n500\n[^]*the response of a rule's function is not valid: it must be an object, got 5[^]*\n500\n[^]*\/headers\/a b is not the name of a header[^]*\n500\n/)
})

t.test('a function for a server in another process is an error, and so is a wrong rule', async t => {
  const ovoc = await start(t)
  const elsewhere = await connectOvocMock(ovoc.url).sandbox()
  await t.rejects(elsewhere.rules.add({ respond: () => undefined }), { name: 'TypeError', message: 'a rule with a function needs a server in the same process, as startOvocMock makes it' })
  const { rules } = await ovoc.sandbox()
  await t.rejects(rules.add({ respond: 5 as never, match: { operation: 'x' as never } }), { name: 'OvocMockError', status: 400, message: /\/respond must be a function; \/match\/operation must be an operation's id/ })
  await t.rejects(rules.add({ respond: () => undefined, status: 500 } as never), { message: /it must do one thing besides a delay, got status and respond/ })
  await t.rejects(rules.add(null as never), { name: 'TypeError', message: 'the rule must be an object such as { match, status } or { preset }, got null' })
})

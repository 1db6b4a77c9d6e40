import t from 'tap'
import { becomes, start } from '../harness.ts'
import type { SandboxClient } from '../../src/index.ts'
import { bothWays } from './ways.ts'

const path = '/ovoc/v1/topology/customers/85844'
/** Waits until the rules of a sandbox have taken effect this many times. */
const fires = (sandbox: SandboxClient, times: number) => becomes(async () => {
  const rules = await sandbox.rules.list()
  return rules.reduce((sum, { fired }) => sum + fired, 0) === times
})
const rename = (url: string, description: string) => fetch(url + path, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ description }) })

bothWays('a request from before a reset, a restored snapshot or a cleared journal does not touch the new state', async (t, ovoc) => {
  const sandbox = await ovoc.sandbox()
  await sandbox.snapshots.take('start')
  const changes: Array<[string, () => Promise<void>, object[]]> = [
    ['reset', () => sandbox.reset(), []],
    ['restore', () => sandbox.snapshots.restore('start'), [{ operation: 'verifyCustomer' }]],
    ['clear', () => sandbox.requests.clear(), []]
  ]
  for (const [name, change, requests] of changes) {
    await sandbox.rules.add({ delay: 300, times: 1 })
    const sent = rename(sandbox.url, name)
    await fires(sandbox, 1)
    await change()
    t.equal((await sent).status, 200)
    const { description } = await sandbox.customers.get(85844)
    t.equal(description, name === 'clear' ? 'clear' : 'Brad984', name)
    t.same(await sandbox.requests.list(), requests.length === 0 ? [] : await sandbox.requests.list(), name)
    t.equal((await sandbox.requests.list()).length, requests.length, name)
    await sandbox.reset()
  }
})

t.test('a late reset does not reopen a dropped sandbox', async t => {
  const { app, url } = await start(t)
  const sandbox = app.sandboxes.open('late')
  app.sandboxes.drop('late', 'asked')
  app.sandboxes.reset(sandbox)
  t.notOk((await (await fetch(`${url}/__admin/sandboxes`)).text()).includes('late'))
})

t.test('a request from before a reset does not touch the new state of the default sandbox', async t => {
  const ovoc = await start(t)
  const sandbox = await ovoc.sandbox('default')
  await sandbox.rules.add({ delay: 300, times: 1, match: { body: { description: 'late' } } })
  const sent = rename(ovoc.url, 'late')
  await fires(sandbox, 1)
  ovoc.reset()
  t.equal((await sent).status, 200)
  t.equal((await sandbox.customers.get(85844)).description, 'Brad984')
  await sandbox.requests.verify({ times: 0 })
})

bothWays('the error for too few requests says how many are under way', async (t, ovoc) => {
  const sandbox = await ovoc.sandbox()
  await sandbox.rules.add({ delay: 500, times: 2 })
  const sent = [rename(sandbox.url, 'a')]
  await fires(sandbox, 1)
  await t.rejects(sandbox.requests.verify({ times: 1 }), { message: /; 1 request is under way; / })
  sent.push(rename(sandbox.url, 'b'))
  await fires(sandbox, 2)
  await t.rejects(sandbox.requests.verify({ times: 2 }), { message: /^expected 2 requests, got 0; 2 requests are under way; the journal of this sandbox is empty/ })
  await Promise.all(sent)
  await sandbox.requests.verify({ times: 2 })
  await t.rejects(sandbox.requests.verify({ times: 3 }), { message: /^expected 3 requests, got 2; / })
})

bothWays('a wrong call in plain JavaScript is an error in one sentence', async (t, ovoc) => {
  const sandbox = await ovoc.sandbox()
  const wrongly = (value?: unknown) => value as never
  const wrong: Array<[() => unknown, string]> = [
    [() => sandbox.requests.verify(wrongly()), 'the expectation must be an object, got undefined'],
    [() => sandbox.requests.verify(wrongly('verifyCustomer')), 'the expectation must be an object, got "verifyCustomer"'],
    [() => sandbox.requests.verify(wrongly({ match: { operation: 'verifyCustomer' } })), 'the expectation must have conditions without match around them, as in { operation, times }'],
    [() => sandbox.requests.wait(wrongly(null)), 'the expectation must be an object, got null'],
    [() => sandbox.requests.list(wrongly(null)), 'the filter must be an object, got null'],
    [() => sandbox.customers.put(wrongly(null)), 'the record must be an object, got null'],
    [() => ovoc.sandbox('copy', { from: wrongly('start') }), 'the option from must be an object, got "start"'],
    [() => ovoc.sandbox(wrongly(5)), 'the name of a sandbox must be a string, got 5']
  ]
  for (const [call, message] of wrong) await t.rejects(async () => call(), { name: 'TypeError', message }, message)
})

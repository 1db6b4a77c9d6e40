import t from 'tap'
import { OvocMockError } from '../../src/index.ts'
import { start } from '../harness.ts'
import { bothWays } from './ways.ts'

const path = '/ovoc/v1/topology/customers/85844'
const rename = (url: string, description: string) => fetch(url + path, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ description }) })
const description = async (url: string) => (await (await fetch(url + path)).json() as { description: string }).description

bothWays('changes in one sandbox do not show in another', async (t, ovoc) => {
  const [one, other] = [await ovoc.sandbox('one'), await ovoc.sandbox()]
  await rename(one.url, 'changed')
  t.same([await description(one.url), await description(other.url), await description(ovoc.url)], ['changed', 'Brad984', 'Brad984'])
  await one.drop()
})

bothWays('a sandbox without a name is new, and a sandbox with a name is joined', async (t, ovoc) => {
  const [one, other] = [await ovoc.sandbox(), await ovoc.sandbox()]
  t.not(one.name, other.name)
  t.equal(one.url, `${ovoc.url}/__sandbox/${one.name}`)
  await rename(one.url, 'changed')
  t.equal(await description((await ovoc.sandbox(one.name)).url), 'changed')
})

bothWays("the default sandbox is at the server's own url", async (t, ovoc) => {
  const sandbox = await ovoc.sandbox('default')
  t.equal(sandbox.url, ovoc.url)
  await rename(ovoc.url, 'changed')
  await sandbox.reset()
  t.equal(await description(ovoc.url), 'Brad984')
  await rename(ovoc.url, 'changed')
  await ovoc.reset()
  t.equal(await description(ovoc.url), 'Brad984')
})

bothWays('a dropped sandbox is gone, and may be dropped again', async (t, ovoc) => {
  const sandbox = await ovoc.sandbox('dropped')
  await rename(sandbox.url, 'changed')
  await sandbox.drop()
  await sandbox.drop()
  t.equal(await description(sandbox.url), 'Brad984')
  await sandbox.drop()
})

t.test('dropping a sandbox that the server has dropped before affects no other sandbox', async t => {
  const ovoc = await start(t, { maxSandboxes: 2 })
  const [a, b, c] = [await ovoc.sandbox('a'), await ovoc.sandbox('b'), await ovoc.sandbox('c')]
  for (const { url } of [c, b]) await rename(url, 'changed')
  await a.drop()
  t.same([await description(b.url), await description(c.url)], ['changed', 'changed'])
})

bothWays('await using drops the sandbox, except the default one, which cannot be dropped', async (t, ovoc) => {
  const sandbox = await ovoc.sandbox('used')
  await rename(sandbox.url, 'changed')
  await sandbox[Symbol.asyncDispose]()
  t.equal(await description(sandbox.url), 'Brad984')
  const standard = await ovoc.sandbox('default')
  await standard[Symbol.asyncDispose]()
  await t.rejects(standard.drop(), { name: 'OvocMockError', message: 'the default sandbox is always there; POST /__admin/reset empties it' })
})

bothWays('a request that the server rejects is an error with every problem', async (t, ovoc) => {
  const message = 'the body is not valid: /name must be a name of 1 to 64 letters, digits, hyphens and underscores, got "a/b"'
  const error = await ovoc.sandbox('c', { from: { sandbox: 'default', name: 'a/b', changes: 0, createdAt: '' } }).then(() => undefined, error => error)
  t.ok(error instanceof OvocMockError)
  const detail = message.replace('/name', '/from/snapshot')
  t.match(error, { message: detail, status: 400, problem: { title: 'Bad Request', status: 400, detail, problems: [detail.replace('the body is not valid: ', '')] } })
})

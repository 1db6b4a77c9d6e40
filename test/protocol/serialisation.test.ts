import t from 'tap'
import { build } from '../harness.ts'
import type { Client } from '../harness.ts'

const change = { fullName: 'Brad Nine', description: 'Zürich „7“' }

const headers = (sandbox: string) => ({ 'x-ovoc-mock-sandbox': sandbox })

async function read (call: Client, sandbox = 'default'): Promise<string[]> {
  const paths = ['lcCustomers', 'channels', 'devices'].map(name => `/ovoc/v1/topology/${name}`)
  const texts = []
  for (const path of paths) {
    const list = (await call(path, { headers: headers(sandbox) })).body as Record<string, Array<{ url: string }>>
    for (const { url } of Object.values(list).flat()) texts.push((await call(url, { headers: headers(sandbox) })).text)
  }
  texts.push((await call('/ovoc/v1/topology/customers/85844', { method: 'PUT', headers: headers(sandbox) })).text)
  return texts
}

const alter = (call: Client, sandbox = 'default') => call('/ovoc/v1/topology/customers/85844', { method: 'PUT', body: change, headers: headers(sandbox) })

t.test('a record that was read before is answered with the text of one that is read for the first time', async t => {
  const call = await build(t, { customers: 3 })
  const first = await read(call)
  t.ok(first.length > 10)
  t.same(await read(call), first)
  t.same(await read(await build(t, { customers: 3 })), first)
})

t.test('a record that was read before is answered as it is after every change, in its sandbox alone', async t => {
  const [call, fresh] = [await build(t, { customers: 3 }), await build(t, { customers: 3 })]
  const before = await read(call)
  const { text } = await alter(call, 'mine')
  t.equal(text, (await alter(fresh, 'mine')).text)
  t.match(text, change.description)
  t.same(await read(call, 'mine'), await read(fresh, 'mine'))
  t.same(await read(call), before)
  await call('/__admin/reset', { method: 'POST', headers: headers('mine') })
  t.same(await read(call, 'mine'), before)
})

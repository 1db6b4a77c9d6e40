import { readFileSync } from 'node:fs'
import t from 'tap'
import { resourceNames } from '../../src/index.ts'
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

t.test('a record has the same text when it is read again as at the first time', async t => {
  const call = await build(t, { customers: 3 })
  const first = await read(call)
  t.ok(first.length > 10)
  t.same(await read(call), first)
  t.same(await read(await build(t, { customers: 3 })), first)
})

t.test('a record that was read before shows every change, but only in the sandbox of the change', async t => {
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

interface Schema { $ref?: string, properties?: Record<string, Schema>, items?: Schema }
interface Operation { responses: Record<string, { content?: { 'application/json': { schema: Schema } } }> }

t.test('the fields of every record have the order of its schema, as in the documented response', async t => {
  const call = await build(t, { customers: 40 })
  const { paths, components: { schemas } } = JSON.parse(readFileSync('openapi/openapi.json', 'utf8')) as { paths: Record<string, { get?: Operation }>, components: { schemas: Record<string, Schema> } }
  const misplaced = (value: unknown, schema: Schema | undefined, where: string): string[] => {
    if (schema?.$ref !== undefined) return misplaced(value, schemas[schema.$ref.split('/').at(-1) as string], where)
    if (Array.isArray(value)) return value.flatMap(item => misplaced(item, schema?.items, where))
    if (typeof value !== 'object' || value === null || schema?.properties === undefined) return []
    const known = Object.keys(schema.properties).filter(name => name in value)
    const here = Object.keys(value).join() === known.join() ? [] : [where]
    return [...here, ...Object.entries(value).flatMap(([name, part]) => misplaced(part, schema.properties?.[name], `${where}/${name}`))]
  }
  const lists = Object.entries(paths).filter(([path, { get }]) => get !== undefined && !path.includes('{'))
  // Customers have two lists.
  t.equal(lists.length, resourceNames.length + 1)
  for (const [path, { get }] of lists) {
    const { body } = await call(`/ovoc/v1${path}?detail=1`)
    t.ok(Object.values<unknown[]>(body)[0]?.length, path)
    t.same([...new Set(misplaced(body, get?.responses['200']?.content?.['application/json'].schema, path))], [])
  }
})

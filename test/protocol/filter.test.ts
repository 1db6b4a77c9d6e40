import fc from 'fast-check'
import t from 'tap'
import { build } from '../harness.ts'
import { anyText, holds, recordText, same } from '../properties.ts'

const list = '/ovoc/v1/swManager/files'
const records = '/__admin/records/files'
const encoded = (filter: string) => `${list}?detail=1&filter=${encodeURIComponent(filter)}`

t.test('a filter by any text of a field finds exactly the records with that text', async t => {
  const call = await build(t)
  const value = recordText.map(text => text.replaceAll("'", ''))
  await holds(fc.asyncProperty(value, value, fc.constantFrom('name', 'description'), async (wanted, other, field) => {
    const made = []
    for (const text of [wanted, other, wanted]) made.push((await call(records, { method: 'POST', body: { name: 'x', [field]: text } })).body)
    const { body } = await call(encoded(`(${field}='${wanted}')`))
    same(body, { files: made.filter(file => file[field] === wanted) })
    for (const { id } of made) await call(`${records}/${id}`, { method: 'DELETE' })
  }), 100)
})

t.test('a filter value with a quote is rejected at the position where the filter should end', async t => {
  const call = await build(t)
  const plain = anyText.filter(text => !text.includes("'"))
  await holds(fc.asyncProperty(plain, plain.filter(text => !text.startsWith(')')), async (before, after) => {
    const { status, body } = await call(encoded(`(name='${before}'${after}')`))
    same([status, / at position (\d+), got /.exec(body.description)?.[1]], [400, String(before.length + 9)])
  }), 100)
})

const parts = fc.constantFrom('(', ')', "'", '=', 'name', 'id', 'nam', "='", "')", ' ', '%', '\u0000', '😀')
const nearlyFilters = fc.oneof(fc.array(parts, { maxLength: 8 }).map(texts => texts.join('')), anyText, anyText.map(text => `(name='${text}`), anyText.map(text => `(${text}')`))

t.test('a filter of any text is accepted, or rejected with the wrong position and the text there', async t => {
  const call = await build(t)
  await holds(fc.asyncProperty(nearlyFilters, async text => {
    const { status, body } = await call(encoded(text))
    const isFilter = /^\((?:id|name|description)='[^']*'\)$/.test(text)
    same(status < 300, isFilter, text)
    if (isFilter) return
    const [, position, got] = / at position (\d+), got (.*); only /s.exec(body.description) as unknown as [string, string, string]
    const index = Number(position) - 1
    // Invisible characters are escaped.
    same([status, got === 'the end' ? '' : JSON.parse(got)], [400, text.slice(index, index + 20)], text)
  }), 300)
})

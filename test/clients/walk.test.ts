import { readFileSync } from 'node:fs'
import t from 'tap'
import type { Test } from 'tap'
import { reach } from '../harness.ts'

const { paths }: { paths: Record<string, { get?: object }> } = JSON.parse(readFileSync('openapi/openapi.json', 'utf8'))
const lists = Object.keys(paths).filter(path => !path.includes('{') && paths[path]?.get !== undefined)

/** Reads every list and follows every url in it. Returns the number of records. */
async function walk (t: Test, base: string): Promise<number> {
  let read = 0
  for (const path of lists) {
    const { [path.split('/').at(-1) as string]: items } = await (await fetch(`${base}/ovoc/v1${path}`)).json() as Record<string, Array<{ url?: string }>>
    if (!Array.isArray(items)) t.fail(`${path} has no list under its name`)
    for (const { url } of items ?? []) {
      if (url === undefined) continue
      const answer = await fetch(base + url)
      if (answer.status !== 200) t.fail(`${path} names ${url}, which answers ${answer.status}`)
      read++
    }
  }
  return read
}

t.test('every url in every list leads to a record', async t => {
  const url = await reach(t, { customers: 40 })
  t.ok(lists.length >= 8, lists.join())
  t.ok(await walk(t, url) > 200)
})

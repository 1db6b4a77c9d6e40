import { readFileSync } from 'node:fs'
import t from 'tap'
import { build } from '../harness.ts'

const paths = [...readFileSync('docs/operations.md', 'utf8').matchAll(/^\| `any (\/[^`]+)` \| +\| not simulated \| an OVOC is known to have (.+), but not their shape \|/gm)].map(([, path, name]) => ({ path, name }))

t.test('a path that docs/operations.md calls not simulated is a 501 that names it, with any method, body or rest of the path', async t => {
  const call = await build(t)
  t.ok(paths.length > 0)
  for (const { path, name } of paths) {
    for (const rest of ['', '/', '/5', '/5/more?x=1']) {
      const given = `/ovoc/v1${path}${rest}`
      for (const method of ['GET', 'PUT', 'POST', 'DELETE', 'PATCH']) {
        const answer = await call(`/tenantui/api${given}`, { method, text: '{', headers: { 'content-type': 'application/json' } })
        const description = `an OVOC is known to have ${name}, but no public source shows their shape, so "/tenantui/api${given.split('?')[0]}" is not simulated`
        t.same([answer.status, answer.body], [501, { description }], `${method} ${given}`)
      }
      t.equal((await call(`/tenantui/api${given}`)).status, 501, `other base path ${given}`)
      t.equal((await call(given, { method: 'OPTIONS' })).status, 501, `OPTIONS ${given}`)
    }
  }
})

t.test('a path close to one that is not simulated is a 404 that names the close one and says so', async t => {
  const call = await build(t)
  const known = paths[0]?.path as string
  for (const path of [`/ovoc/v1${known.slice(0, -1)}`, `/ovoc/v1${known}x`, known, `/ovoc${known}/`]) {
    const answer = await call(path)
    t.same([answer.status, answer.body], [404, { description: `there is no "${path}" here; the closest known path is /ovoc/v1${known}, which is not simulated` }])
  }
})

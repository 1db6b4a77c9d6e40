import { readFileSync } from 'node:fs'
import t from 'tap'
import { build } from '../harness.ts'

const paths = [...readFileSync('README.md', 'utf8').matchAll(/^\| `(\/[^`]+)` \| ([^|]+) \| not simulated \|$/gm)].map(([, path, name]) => ({ path, name }))

t.test('what the README says is not simulated is a 501 that names it, whatever the method, body or what follows', async t => {
  const call = await build(t)
  t.equal(paths.length, 10)
  for (const { path, name } of paths) {
    for (const rest of ['', '/', '/5', '/5/more?x=1']) {
      const given = `/ovoc/v1${path}${rest}`
      for (const method of ['GET', 'PUT', 'POST', 'DELETE', 'PATCH']) {
        const answer = await call(`/tenantui/api${given}`, { method, text: '{', headers: { 'content-type': 'application/json' } })
        const description = `an OVOC is known to have ${name}, but no public source shows their shape, so "/tenantui/api${given.split('?')[0]}" is not simulated`
        t.same([answer.status, answer.body], [501, { description }], `${method} ${given}`)
      }
      t.equal((await call(`/tenantui/api${given}`)).status, 501, `other door ${given}`)
      t.equal((await call(given, { method: 'OPTIONS' })).status, 501, `OPTIONS ${given}`)
    }
  }
})

t.test('a path that only begins like one of them is a 404 that does not suggest it', async t => {
  const call = await build(t)
  const answer = await call('/ovoc/v1/topology/tenantsx')
  t.equal(answer.status, 404)
  t.notMatch(answer.body.description, 'closest known path is /ovoc/v1/topology/tenants')
})

import t from 'tap'
import { build } from '../harness.ts'

t.test('another method on a known path is a 405 with Allow that speaks of evidence', async t => {
  const call = await build(t)
  for (const method of ['DELETE', 'POST', 'PATCH']) {
    const answer = await call('/api/ovoc/v1/topology/customers/85844/', { method, text: '{', headers: { 'content-type': 'application/json' } })
    t.equal(answer.status, 405)
    t.equal(answer.headers.allow, 'PUT, GET, HEAD')
    t.match(answer.body.description, `no public source describes ${method} on "/ovoc/v1/topology/customers/85844/"; known are PUT, GET, HEAD`)
  }
})

t.test('HEAD answers as GET does, without a body', async t => {
  const call = await build(t)
  const answer = await call('/ovoc/v1/topology/customers/85844', { method: 'HEAD' })
  t.same([answer.status, answer.text], [200, ''])
})

t.test('another path is a 404 that names the closest known one', async t => {
  const call = await build(t)
  const near: Array<[string, string]> = [
    ['/ovoc/v1/topology/customer/85844', '/ovoc/v1/topology/customers/{id}'],
    ['/ovoc/v1/topology/lcCustomer/85844', '/ovoc/v1/topology/lcCustomers/{id}'],
    ['/ovoc/v1/topology/chanels', '/ovoc/v1/topology/channels']
  ]
  for (const [path, closest] of near) {
    const answer = await call(path, { method: 'PUT' })
    t.equal(answer.status, 404)
    t.same(answer.body, { description: `there is no "${path}" here; the closest known path is ${closest}` })
  }
})

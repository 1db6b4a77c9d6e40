import { Ajv } from 'ajv'
import t from 'tap'
import { buildApp } from '../../src/index.ts'
import { build } from '../harness.ts'

t.test('a server reuses the validators that another server in the process has compiled', async t => {
  const compiler = Object.getPrototypeOf(Ajv.prototype) as Ajv
  const compiled = t.capture(compiler, 'compile', compiler.compile)
  const use = async () => {
    const call = await build(t, { rule: ['slow'] })
    const statuses = [
      await call('/__admin/rules', { method: 'DELETE' }),
      await call('/ovoc/v1/topology/customers/85844', { method: 'PUT', body: {} }),
      await call('/ovoc/v1/topology/customers?detail=1'),
      await call('/__admin/rules', { method: 'POST', body: { match: { operation: 'listFiles' }, delay: 1 } }),
      await call('/__admin/requests/verify', { method: 'POST', body: { match: {}, atLeast: 0 } }),
      await call('/__admin/records/customers/85844', { method: 'PATCH', body: { fullName: 'One' } })
    ].map(({ status }) => status)
    t.same(statuses, [200, 200, 200, 201, 200, 200])
  }
  await use()
  compiled()
  await use()
  t.same(compiled(), [])
  new Ajv().compile({})
  t.equal(compiled().length, 1, 'the test would notice a compilation')
})

t.test('a server validates requests with its own schemas, even if another server has one of the same name', async t => {
  const body = { $ref: 'Mine#' }
  for (const [type, right, wrong] of [['integer', 1, 'one'], ['string', 'one', 1]] as const) {
    const app = await buildApp()
    t.teardown(() => app.close())
    app.addSchema({ $id: 'Mine', type: 'object', properties: { size: { type } } })
    app.post('/mine', { schema: { body } }, () => 'taken')
    const send = (size: unknown) => app.inject({ method: 'POST', url: '/mine', payload: { size } })
    t.match([await send(right), await send(wrong)], [{ statusCode: 200 }, { statusCode: 400 }], type)
  }
})

import { Ajv } from 'ajv'
import t from 'tap'
import { FixtureProblems, buildApp, openapiDocument, resourceNames } from '../../src/index.ts'
import { build } from '../harness.ts'

t.test('a server loads the validators of all its operations and records, and compiles none', async t => {
  const compiler = Object.getPrototypeOf(Ajv.prototype) as Ajv
  const compiled = t.capture(compiler, 'compile', compiler.compile)
  for (const options of [{}, { unknownIds: 'generate', journalEntries: 0 }] as const) {
    const call = await build(t, options)
    for (const api of ['ovoc', 'control'] as const) {
      const { paths } = JSON.parse(await openapiDocument('json', api)) as { paths: Record<string, object> }
      const prefix = api === 'ovoc' ? '/ovoc/v1' : ''
      for (const [path, methods] of Object.entries(paths)) {
        for (const method of Object.keys(methods)) {
          const url = path.replaceAll(/{.*?}/g, '0')
          await call(`${prefix}${url}?unknown=1`, { method })
          if (method !== 'get') await call(prefix + url, { method, body: { unknown: 1 } })
        }
      }
    }
    await call('/__admin/requests?match={"unknown":1}')
  }
  for (const name of resourceNames) await t.rejects(buildApp({ fixtures: { [name]: [{}] } }), FixtureProblems)
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

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

t.test('a program may add a route of its own among the paths of OVOC', async t => {
  const app = await buildApp()
  t.teardown(() => app.close())
  app.get('/ovoc/v1/mine', { schema: { operationId: 'getMine' } }, () => ({ mine: true }))
  const { statusCode, body } = await app.inject('/api/ovoc/v1/mine')
  t.same([statusCode, body], [200, '{"mine":true}'])
  t.notOk(app.catalogue.has('getMine'))
})

t.test('a wrong schema of a route that a program adds is an error when the server gets ready', async t => {
  const wrong = { type: 'object', properties: { size: { type: 'integer', minimun: 1 } } }
  for (const part of ['body', 'querystring', 'params', 'headers']) {
    const app = await buildApp()
    t.teardown(() => app.close())
    app.post('/ovoc/v1/mine', { schema: { [part]: wrong } }, () => 'taken')
    await t.rejects(async () => app.ready(), { code: 'FST_ERR_SCH_VALIDATION_BUILD', message: /POST.*\/ovoc\/v1\/mine.*unknown keyword: "minimun"/ }, part)
  }
  const app = await buildApp()
  t.teardown(() => app.close())
  app.get('/mine', { schema: { response: { 200: { $ref: 'Nothing#' } } } }, () => ({}))
  await t.rejects(async () => app.ready(), { code: 'FST_ERR_SCH_SERIALIZATION_BUILD', message: /GET.*\/mine.*Nothing#/ })
})

t.test('the response of a route that a program adds follows its schema, also among the paths of OVOC', async t => {
  const app = await buildApp()
  t.teardown(() => app.close())
  const schema = { response: { 200: { type: 'object', properties: { size: { type: 'integer' } } } } }
  const urls = ['/mine', '/ovoc/v1/mine']
  for (const url of urls) app.get(url, { schema }, () => ({ size: '7', secret: true }))
  for (const url of urls) t.equal((await app.inject(url)).body, '{"size":7}', url)
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

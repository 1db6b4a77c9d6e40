import t from 'tap'
import { buildApp, openapiDocument, operations } from '../../src/index.ts'

interface Named { name: string, in: string }
interface Operation { operationId: string, tags: [string], parameters?: Named[], requestBody?: { content: Record<string, { schema: { $ref: string } }> }, responses: object }
interface Document { paths: Record<string, Record<string, Operation>>, components: { schemas: Record<string, { properties: object }> } }

const { paths, components }: Document = JSON.parse(await openapiDocument('json'))
const described = Object.entries(paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })))
const app = await buildApp()
t.teardown(() => app.close())

t.test('every operation of the OpenAPI document, and no other, is in the catalogue with its path, fields and statuses', async t => {
  t.same([...app.catalogue.keys()].sort(), described.map(({ operationId }) => operationId).sort())
  for (const { path, method, operationId, tags: [tag], parameters = [], requestBody, responses } of described) {
    t.strictSame(app.catalogue.get(operationId), {
      operation: operationId,
      resource: tag,
      method: method.toUpperCase(),
      url: path.replace('{id}', ':id'),
      params: parameters.filter(parameter => parameter.in === 'path').map(({ name }) => name),
      bodyFields: fieldsOf(requestBody),
      statuses: Object.keys(responses).map(Number)
    }, operationId)
  }
})

t.test('every operation that the types know is registered', async t => {
  t.same(Object.keys(operations).sort(), [...app.catalogue.keys()].sort())
})

t.test("routes of one's own are none of OVOC's operations", async t => {
  app.get('/mine', () => 'mine')
  app.get('/my/devices', { schema: { operationId: 'listMyDevices' } }, () => [])
  t.equal((await app.inject('/mine')).body, 'mine')
  t.equal(app.catalogue.size, described.length)
})

t.test("a catalogued operation names its body's top-level fields, or none where it takes no body", async t => {
  t.match(app.catalogue.get('createFwdRule'), { resource: 'fwdRules', method: 'POST', params: [], bodyFields: ['name', 'ruleDestType', 'destSyslog', 'tenantId'] })
  t.match(app.catalogue.get('deleteFwdRule'), { params: ['id'], bodyFields: [], statuses: [200, 400, 401, 403, 404, 429, 500, 503] })
})

function fieldsOf (requestBody: Operation['requestBody']): string[] {
  if (requestBody === undefined) return []
  const name = requestBody.content['application/json']?.schema.$ref.split('/').at(-1)
  return Object.keys(components.schemas[name as string]?.properties as object)
}

import { readFileSync } from 'node:fs'
import t from 'tap'
import { buildApp, operations } from '../../src/index.ts'

interface Named { name: string, in: string }
interface Operation { operationId: string, tags: [string], parameters?: Named[], requestBody?: { content: Record<string, { schema: Schema }> }, responses: object }
interface Document { paths: Record<string, Record<string, Operation>>, components: { schemas: Record<string, Schema> } }

const { paths, components }: Document = JSON.parse(readFileSync('openapi/openapi.json', 'utf8'))
const described = Object.entries(paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })))
const app = await buildApp()
t.teardown(() => app.close())

t.test('the catalogue has exactly the operations of the OpenAPI document, with their parameters, fields and statuses', async t => {
  t.same([...app.catalogue.keys()].sort(), described.map(({ operationId }) => operationId).sort())
  for (const { path, method, operationId, tags: [tag], parameters = [], requestBody, responses } of described) {
    t.strictSame(app.catalogue.get(operationId), {
      operation: operationId,
      resource: tag,
      method: method.toUpperCase(),
      path: path.replace(/\{(\w+)\}/g, ':$1'),
      params: parameters.filter(parameter => parameter.in === 'path').map(({ name }) => name),
      query: parameters.filter(parameter => parameter.in === 'query').map(({ name }) => name),
      bodyFields: fieldsOf(requestBody?.content['application/json']?.schema),
      statuses: Object.keys(responses).map(Number)
    }, operationId)
  }
})

t.test('the exported operations are those of the catalogue', async t => {
  t.same(Object.keys(operations).sort(), [...app.catalogue.keys()].sort())
})

t.test("a route that a user adds does not become one of OVOC's operations", async t => {
  app.get('/mine', () => 'mine')
  app.get('/my/devices', { schema: { operationId: 'listMyDevices' } }, () => [])
  t.equal((await app.inject('/mine')).body, 'mine')
  t.equal(app.catalogue.size, described.length)
})

t.test('the catalogue names the fields of a body at any depth, and no fields for an operation without a body', async t => {
  t.match(app.catalogue.get('createFwdRule'), { resource: 'fwdRules', method: 'POST', params: [], query: [], bodyFields: { name: {}, ruleDestType: {}, destSyslog: Object, tenantId: {} } })
  t.match(app.catalogue.get('verifyCustomer')?.bodyFields, { contacts: { email: {} } })
  t.match(app.catalogue.get('deleteFwdRule'), { params: ['id'], bodyFields: {}, statuses: [200, 400, 401, 403, 404, 429, 500, 503] })
})

interface Schema { $ref?: string, properties?: Record<string, Schema> }

function fieldsOf ({ $ref, properties = {} }: Schema = {}): object {
  if ($ref !== undefined) return fieldsOf(components.schemas[$ref.split('/').at(-1) as string])
  return Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, fieldsOf(field)]))
}

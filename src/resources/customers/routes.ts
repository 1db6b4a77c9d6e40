import type { FastifyRequest } from 'fastify'
import { errorAnswers } from '../../protocol/error-responses.ts'
import { listQuery, listShape, readSelection } from '../../protocol/list-query.ts'
import { IdParams, NoQuery, answer, found, listAnswer, named, optional } from '../../protocol/operations.ts'
import type { OvocApp } from '../../protocol/operations.ts'
import { refuseProblems } from '../../protocol/refusal.ts'
import { sendCollection, sendList } from '../../protocol/send-list.ts'
import { schemaProblems } from '../../protocol/validation.ts'
import { assumed, documented, observed, listItemOf } from '../../schema/primitives.ts'
import { quote } from '../../schema/quote.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { bodyProblems, mergeByKey } from '../../sandbox/update-record.ts'
import { customers } from './generate.ts'
import { ListedCustomerSchema, listedCustomers } from './list.ts'
import { CustomerSchema, CustomerUpdateSchema, nameRule, readOnlyFieldNames } from './schema.ts'
import type { Customer, CustomerUpdate } from './schema.ts'

const page = 'AudioCodes, "Verify Specific LC Customer Details"'
const brief = ['id', 'url', 'name', 'description']

const retrieval = {
  tags: ['customers'],
  params: IdParams,
  querystring: NoQuery,
  response: { 200: answer(CustomerSchema, 'The customer'), ...errorAnswers(400, 401, 404) }
}

const verification = {
  tags: ['customers'],
  description: 'Without a body it returns the customer, as documented. An empty object does the same. ' +
    'It changes the fields in a body, which is assumed. Example: ' +
    '`{"description":"changed","contacts":{"email":"brad@example.com"}}`.',
  params: IdParams,
  querystring: NoQuery,
  body: optional(CustomerUpdateSchema),
  response: {
    200: answer(CustomerSchema, 'The customer, after the change if there was one'),
    ...errorAnswers(400, 401, 403, 404, 413, 415, 507)
  }
}

const CustomerItem = listItemOf(CustomerSchema)
const ListedCustomerItem = listItemOf(ListedCustomerSchema)
const shape = listShape(CustomerSchema, brief)
const listedShape = listShape(ListedCustomerSchema, brief)

/** Schemas of the customer operations. */
const customerOperations = named({
  listCustomers: {
    tags: ['customers'],
    summary: 'List customers with the services that they are known by',
    'x-evidence': observed('a program in use reads customerId by customerSource'),
    querystring: listQuery(listedShape),
    response: { ...listAnswer('customers', ListedCustomerItem), ...errorAnswers(400, 401) }
  },
  listLcCustomers: {
    tags: ['customers'],
    summary: 'List customers',
    'x-evidence': assumed("the portal has such a list, and the path follows from a customer's url"),
    querystring: listQuery(shape),
    response: { ...listAnswer('lcCustomers', CustomerItem), ...errorAnswers(400, 401) }
  },
  verifyCustomer: { ...verification, summary: 'Verify Specific LC Customer Details', 'x-evidence': documented(page) },
  getCustomer: {
    ...retrieval,
    summary: 'Get a customer',
    'x-evidence': assumed('by analogy with the lcCustomers path')
  },
  verifyLcCustomer: {
    ...verification,
    summary: 'Verify a customer at the path in its url',
    'x-evidence': assumed('by analogy with the customers path')
  },
  getLcCustomer: {
    ...retrieval,
    summary: 'Get a customer at the path in its url',
    'x-evidence': documented(`${page}: the field url`)
  }
})

/** The customer operations, at two paths: the documented one, and the one in `url` fields. */
function customerRoutes (app: OvocApp): void {
  for (const schema of [CustomerSchema, CustomerUpdateSchema, ListedCustomerItem, CustomerItem]) app.addSchema(schema)

  app.get('/topology/customers', { schema: customerOperations.listCustomers }, async (request, reply) => {
    const selection = readSelection(request, listedShape)
    return sendList(reply, 'customers', await listedCustomers(reply, selection), selection)
  })
  app.get('/topology/lcCustomers', { schema: customerOperations.listLcCustomers }, ({ sandbox }, reply) =>
    sendCollection(reply, 'lcCustomers', sandbox.collection(customers), shape))

  const byId = { attachValidation: true, schema: customerOperations.verifyCustomer }
  app.put('/topology/customers/:id', byId, request => verify(request, request.params.id, request.body))
  app.get('/topology/customers/:id', { schema: customerOperations.getCustomer }, ({ sandbox, params }) =>
    get(sandbox, params.id))
  const byUrl = { attachValidation: true, schema: customerOperations.verifyLcCustomer }
  app.put('/topology/lcCustomers/:id', byUrl, request => verify(request, request.params.id, request.body))
  app.get('/topology/lcCustomers/:id', { schema: customerOperations.getLcCustomer }, ({ sandbox, params }) =>
    get(sandbox, params.id))
}

export const customerApi = {
  path: '/topology/customers',
  description: 'Live Platform customers',
  resource: customers,
  operations: customerOperations,
  addRoutes: customerRoutes
}

function get (sandbox: Sandbox, id: number): Customer {
  return found(sandbox.collection(customers).get(id), 'customer', id)
}

/**
 * Returns a customer. A body changes it first.
 * @throws {Refusal} 400 that names each field that may not change, or not to that value, or 404 that names the id.
 */
function verify (request: FastifyRequest, id: number, update: CustomerUpdate | undefined): Customer {
  const { sandbox } = request
  const ofSchema = schemaProblems(request)
  const collection = sandbox.collection(customers)
  const record = collection.get(id)
  if (update === undefined || record === undefined) {
    refuseProblems(ofSchema)
    return found(record, 'customer', id)
  }

  const ofRules = bodyProblems(sandbox, customers, update, record, readOnlyFieldNames)
  // A name that stays need not follow the rule for new ones.
  const { name } = update
  if (typeof name === 'string' && name !== record.name && !nameRule.pattern.test(name)) {
    ofRules.push(`/name must be ${nameRule.description}, got ${quote(name)}`)
  }
  refuseProblems(ofSchema, ofRules)
  return collection.set(id, mergeByKey(record, update))
}

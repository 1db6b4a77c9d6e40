import type { FastifyRequest } from 'fastify'
import { errorResponses } from '../../protocol/error-responses.ts'
import { listQuery, listShape, readSelection } from '../../protocol/list-query.ts'
import {
  byId, found, jsonResponse, listResponses, operationsOn, optional, recordOf, retrievalOf
} from '../../protocol/operations.ts'
import type { OvocApp } from '../../protocol/operations.ts'
import { refuseProblems } from '../../protocol/refusal.ts'
import { sendList, sendLists } from '../../protocol/send-list.ts'
import { schemaProblems } from '../../protocol/validation.ts'
import { assumed, documented, observed, listItemOf } from '../../schema/primitives.ts'
import { quote } from '../../schema/quote.ts'
import { bodyProblems, mergeByKey } from '../../sandbox/update-record.ts'
import { customers } from './generate.ts'
import { ListedCustomerSchema, listedCustomers } from './list.ts'
import { CustomerSchema, CustomerUpdateSchema, nameFormat, readOnlyFieldNames } from './schema.ts'
import type { Customer, CustomerUpdate } from './schema.ts'

const page = 'AudioCodes, "Verify Specific LC Customer Details"'
const brief = ['id', 'url', 'name', 'description']

const retrieval = retrievalOf(CustomerSchema, 'The customer')

const verification = {
  description: 'Without a body it returns the customer, as documented. An empty object does the same. ' +
    'It changes the fields in a body, which is assumed. Example: ' +
    '`{"description":"changed","contacts":{"email":"brad@example.com"}}`.',
  ...byId,
  body: optional(CustomerUpdateSchema),
  response: {
    200: jsonResponse(CustomerSchema, 'The customer, after the change if there was one'),
    ...errorResponses(400, 401, 403, 404, 413, 415, 507)
  }
}

const CustomerItem = listItemOf(CustomerSchema)
const ListedCustomerItem = listItemOf(ListedCustomerSchema)
const shape = listShape(CustomerSchema, brief)
const listedShape = listShape(ListedCustomerSchema, brief)

const operations = operationsOn('customers', {
  listCustomers: {
    summary: 'List customers with the services that they are known by',
    'x-evidence': observed('a program in use reads customerId by customerSource'),
    querystring: listQuery(listedShape),
    response: listResponses('customers', ListedCustomerItem)
  },
  listLcCustomers: {
    summary: 'List customers',
    'x-evidence': assumed("the portal has such a list, and the path follows from a customer's url"),
    querystring: listQuery(shape),
    response: listResponses('lcCustomers', CustomerItem)
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

export const customerApi = {
  description: 'Live Platform customers',
  resource: customers,
  operations,
  addRoutes (app: OvocApp): void {
    for (const schema of [CustomerSchema, CustomerUpdateSchema, ListedCustomerItem, CustomerItem]) app.addSchema(schema)

    app.get('/topology/customers', { schema: operations.listCustomers }, async (request, reply) => {
      const selection = readSelection(request, listedShape)
      return sendLists(reply, [['customers', await listedCustomers(reply, selection)]], selection)
    })
    app.get('/topology/lcCustomers', { schema: operations.listLcCustomers }, (_, reply) =>
      sendList(reply, customers, shape, 'lcCustomers'))

    // The path that is documented, and the path in the url of each customer.
    const verifying = { attachValidation: true, schema: operations.verifyCustomer }
    app.put('/topology/customers/:id', verifying, request => verify(request, request.params.id, request.body))
    app.get('/topology/customers/:id', { schema: operations.getCustomer }, request => recordOf(request, customers))
    const verifyingByUrl = { attachValidation: true, schema: operations.verifyLcCustomer }
    app.put('/topology/lcCustomers/:id', verifyingByUrl, request => verify(request, request.params.id, request.body))
    app.get('/topology/lcCustomers/:id', { schema: operations.getLcCustomer }, request => recordOf(request, customers))
  }
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
  if (update === undefined || Object.keys(update).length === 0 || record === undefined) {
    // A body of a wrong shape is refused before a missing record.
    refuseProblems(ofSchema)
    return found(record, customers.noun, id)
  }

  const updated = mergeByKey(record, update)
  const further = bodyProblems(sandbox, customers, id, update, record, readOnlyFieldNames)
  // A name that stays need not follow the rule for new ones.
  const { name } = update
  if (typeof name === 'string' && name !== record.name && !nameFormat.pattern.test(name)) {
    further.push(`/name must be ${nameFormat.description}, got ${quote(name)}`)
  }
  refuseProblems(ofSchema, further)
  return collection.set(id, updated)
}

import type { OvocApp } from '../../protocol/operations.ts'
import { IdParams, answer, found, optional } from '../../protocol/operations.ts'
import { errorAnswers } from '../../protocol/errors.ts'
import { assumed, documented } from '../../schema/evidence.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { customers } from './generate.ts'
import { CustomerSchema, CustomerUpdateSchema } from './schema.ts'
import type { Customer, CustomerUpdate } from './schema.ts'
import { updateCustomer } from './update.ts'

const page = 'AudioCodes, "Verify Specific LC Customer Details"'

const retrieval = {
  tags: ['customers'],
  params: IdParams,
  response: { 200: answer(CustomerSchema, 'The customer'), ...errorAnswers(400, 404) }
}

const verification = {
  tags: ['customers'],
  description: 'Without a body it retrieves, as documented. With one it changes the fields that are given, which is assumed.',
  params: IdParams,
  body: optional(CustomerUpdateSchema),
  response: { 200: answer(CustomerSchema, 'The customer, after the change if there was one'), ...errorAnswers(400, 404, 413, 415) }
}

/** The customer operations, under the path of the documented request and the path that `url` fields use. */
export function customerRoutes (app: OvocApp): void {
  for (const schema of [CustomerSchema, CustomerUpdateSchema]) app.addSchema(schema)

  app.put('/topology/customers/:id', {
    schema: { ...verification, operationId: 'verifyCustomer', summary: 'Verify Specific LC Customer Details', 'x-evidence': documented(page) }
  }, ({ sandbox, params, body }) => verify(sandbox, params.id, body))

  app.get('/topology/customers/:id', {
    schema: { ...retrieval, operationId: 'getCustomer', summary: 'Get a customer', 'x-evidence': assumed('by analogy with the lcCustomers path') }
  }, ({ sandbox, params }) => get(sandbox, params.id))

  app.put('/topology/lcCustomers/:id', {
    schema: { ...verification, operationId: 'verifyLcCustomer', summary: 'Verify a customer under the path of its url', 'x-evidence': assumed('by analogy with the customers path') }
  }, ({ sandbox, params, body }) => verify(sandbox, params.id, body))

  app.get('/topology/lcCustomers/:id', {
    schema: { ...retrieval, operationId: 'getLcCustomer', summary: 'Retrieve a customer from its url', 'x-evidence': documented(`${page}: the field url`) }
  }, ({ sandbox, params }) => get(sandbox, params.id))
}

function get (sandbox: Sandbox, id: number): Customer {
  return found(sandbox.collection(customers).get(id), 'customer', id)
}

function verify (sandbox: Sandbox, id: number, update: CustomerUpdate | undefined): Customer {
  const record = get(sandbox, id)
  return update === undefined ? record : sandbox.collection(customers).set(updateCustomer(record, update))
}

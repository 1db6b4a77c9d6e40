import type { FastifyReply } from 'fastify'
import * as Type from 'typebox'
import { blockSize } from '../../dataset/blocks.ts'
import { fits } from '../../protocol/list-query.ts'
import type { Filter, Selection } from '../../protocol/list-query.ts'
import { selectIds } from '../../protocol/send-list.ts'
import { assumed, observed, nullable, oneOf, strictObject } from '../../schema/primitives.ts'
import { serviceTypes } from '../../schema/service-types.ts'
import type { ServiceType } from '../../schema/service-types.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { customers, listOnly } from './generate.ts'
import { CustomerSchema } from './schema.ts'
import type { Customer } from './schema.ts'

/** A customer in the `customers` list. It has two fields that its own record lacks. */
export const ListedCustomerSchema = strictObject({
  ...CustomerSchema.properties,
  customerSource: nullable(oneOf([...serviceTypes], {
    description: 'Service type of the attached service that customerId belongs to',
    'x-evidence': observed('a program in use filters on it')
  })),
  customerId: nullable(Type.String({
    description: 'serviceId of the attached service of that type: the first one, or the one that the filter asks for',
    'x-evidence': assumed('the field is observed; its content is assumed')
  }))
}, { $id: 'ListedCustomer' })

const serviceFields: Record<string, string | undefined> = listOnly.fields

/**
 * Returns the customers of a selection as their list shows them, and perhaps others. If the filter asks for a service,
 * a customer that has it is listed with it.
 */
export async function listedCustomers (reply: FastifyReply, selection: Selection) {
  const { sandbox } = reply.request
  const { filter, fields } = selection
  const serviceField = serviceFields[filter?.field ?? '']
  const collection = sandbox.collection(customers)
  if (filter === undefined || serviceField === undefined) {
    const found = collection.values(await selectIds(reply, collection, selection))
    const isBare = fields?.every(field => serviceFields[field] === undefined)
    return isBare ? found : withServices(sandbox, found, undefined)
  }

  const wanted = { field: serviceField, values: filter.values }
  const ids = await sandbox.named('services').generatedIdsWith(wanted.field, wanted.values, () => reply.raw.destroyed)
  // A generated service's block begins with its customer. Changed customers are always included.
  return withServices(sandbox, collection.values(collection.ids(ids && ownersOf(ids))), wanted)
}

/** Yields the customers that the services belong to. Both are in ascending order of ids. */
function * ownersOf (ids: Iterable<number>): Generator<number> {
  let last: number | undefined
  for (const id of ids) {
    const owner = id - id % blockSize
    if (owner !== last) yield last = owner
  }
}

function * withServices (sandbox: Sandbox, found: Iterable<Customer>, wanted: Filter | undefined) {
  for (const customer of found) {
    const { serviceSource, serviceId } = attachedService(sandbox, customer, wanted)
    yield { ...customer, customerSource: serviceSource, customerId: serviceId }
  }
}

/** Returns the two fields from the first wanted service that has a record, or nulls. */
function attachedService (sandbox: Sandbox, { attachedServices }: Customer, wanted: Filter | undefined) {
  for (const id of attachedServices) {
    const service = sandbox.find('services', id) as { serviceSource: ServiceType, serviceId: string | null } | undefined
    if (service !== undefined && fits(service, wanted)) return service
  }
  return { serviceSource: null, serviceId: null }
}

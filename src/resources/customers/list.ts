import type { FastifyReply } from 'fastify'
import * as Type from 'typebox'
import { blockSize } from '../../dataset/blocks.ts'
import { fits } from '../../protocol/list-query.ts'
import type { Filter, Selection } from '../../protocol/list-query.ts'
import { select } from '../../protocol/send-list.ts'
import { assumed, observed, nullable, oneOf, strictObject } from '../../schema/primitives.ts'
import { serviceTypes } from '../../schema/service-types.ts'
import type { ServiceType } from '../../schema/service-types.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { customers, listOnly } from './generate.ts'
import { CustomerSchema } from './schema.ts'
import type { Customer } from './schema.ts'

/** A customer as the `customers` list has it, with two fields that its own record has not. */
export const ListedCustomerSchema = strictObject({
  ...CustomerSchema.properties,
  customerSource: nullable(oneOf([...serviceTypes], {
    description: 'Service type of the attached service that customerId is of',
    'x-evidence': observed('a program in use filters on it')
  })),
  customerId: nullable(Type.String({
    description: 'serviceId of the attached service of that source: the first one, or the one that is filtered for',
    'x-evidence': assumed('the field is observed, what it holds is not')
  }))
}, { $id: 'ListedCustomer' })

const serviceFields: Record<string, string | undefined> = listOnly.fields

/**
 * All customers of a selection, and perhaps others, as their list has them.
 * A customer that has the service that is filtered for is listed with that service.
 */
export async function listedCustomers (reply: FastifyReply, selection: Selection) {
  const { sandbox } = reply.request
  const { filter, fields } = selection
  const serviceField = serviceFields[filter?.field ?? '']
  if (filter === undefined || serviceField === undefined) {
    const found = await select(reply, sandbox.collection(customers), selection)
    const isBare = fields?.every(field => serviceFields[field] === undefined)
    return isBare ? found : withServices(sandbox, found, undefined)
  }

  const wanted = { field: serviceField, values: filter.values }
  const ids = await sandbox.named('services').generatedIdsWith(wanted.field, wanted.values, () => reply.raw.destroyed)
  if (ids === undefined) return withServices(sandbox, sandbox.collection(customers).values(), wanted)
  // A generated service stands in a block that begins with its customer. Changed customers are looked at anyway.
  return withServices(sandbox, sandbox.collection(customers).among(ownersOf(ids)), wanted)
}

/** The customers of services, both by their ascending ids. */
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

/** The first attached service that is wanted, as far as it is listed. */
function attachedService (sandbox: Sandbox, { attachedServices }: Customer, wanted: Filter | undefined) {
  for (const id of attachedServices) {
    const service = sandbox.find('services', id) as { serviceSource: ServiceType, serviceId: string | null } | undefined
    if (service !== undefined && fits(service, wanted)) return service
  }
  return { serviceSource: null, serviceId: null }
}

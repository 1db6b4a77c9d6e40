import Type from 'typebox'
import type { Static } from 'typebox'
import type { Selection } from '../../protocol/list-query.ts'
import { assumed, observed } from '../../schema/evidence.ts'
import { nullable, oneOf, strictObject } from '../../schema/primitives.ts'
import { serviceTypes } from '../../schema/service-types.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { customers } from './generate.ts'
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

type ListedCustomer = Static<typeof ListedCustomerSchema>

/** The customers of the `customers` list. One that has a service of the source that is filtered for is listed with that service. */
export function * listedCustomers (sandbox: Sandbox, { filter }: Selection): Generator<ListedCustomer> {
  const source = filter?.field === 'customerSource' ? filter.value : undefined
  for (const customer of sandbox.collection(customers).values()) {
    const service = attachedService(sandbox, customer, source)
    yield { ...customer, customerSource: service?.serviceSource ?? null, customerId: service?.serviceId ?? null }
  }
}

interface AttachedService { serviceSource: ListedCustomer['customerSource'], serviceId: string | null }

function attachedService (sandbox: Sandbox, { attachedServices }: Customer, source: string | undefined): AttachedService | undefined {
  for (const id of attachedServices) {
    const service = sandbox.find('services', id) as AttachedService | undefined
    if (service !== undefined && (source === undefined || service.serviceSource === source)) return service
  }
  return undefined
}

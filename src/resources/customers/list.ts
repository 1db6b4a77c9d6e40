import Type from 'typebox'
import type { Static } from 'typebox'
import { fits } from '../../protocol/list-query.ts'
import type { Filter, Selection } from '../../protocol/list-query.ts'
import { select } from '../../protocol/send-list.ts'
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

/** The fields of the attached service from which those of the list come. */
const serviceFields: Record<string, string | undefined> = { customerSource: 'serviceSource', customerId: 'serviceId' }

/** The `customers` list of one server. */
export class CustomerList {
  /** A customer is listed as the same object as long as it is known by the same service, so that its text is made once. */
  readonly #listed = new WeakMap<Customer, ListedCustomer>()

  #withService (customer: Customer, { serviceSource, serviceId }: AttachedService): ListedCustomer {
    const known = this.#listed.get(customer)
    if (known?.customerSource === serviceSource && known.customerId === serviceId) return known
    const listed = { ...customer, customerSource: serviceSource, customerId: serviceId }
    this.#listed.set(customer, listed)
    return listed
  }

  /**
   * The customers among which are all of the selection; undefined is a step on the way to the next one.
   * One that has the service that is filtered for is listed with that service.
   */
  * candidates (sandbox: Sandbox, selection: Selection): Generator<Customer | ListedCustomer | undefined> {
    const wanted = serviceFilter(selection)
    const isBare = wanted === undefined && selection.fields?.every(field => serviceFields[field] === undefined)
    const found = wanted === undefined ? select(sandbox.collection(customers), selection) : sandbox.collection(customers).among(ownersOf(sandbox, wanted))
    for (const customer of found) yield customer === undefined || isBare ? customer : this.#withService(customer, attachedService(sandbox, customer, wanted))
  }
}

function serviceFilter ({ filter }: Selection): Filter | undefined {
  const field = serviceFields[filter?.field ?? '']
  return filter === undefined || field === undefined ? undefined : { field, values: filter.values }
}

// A generated service belongs to the same generated customer whatever was changed, and changed customers come into question anyway.
function * ownersOf (sandbox: Sandbox, { field, values }: Filter): Generator<number | undefined> {
  const services = sandbox.named('services')
  for (const id of services.generatedIdsWith(field, values)) yield id === undefined ? undefined : ownerOf(sandbox.dataset.find(services.resource, id))
}

function ownerOf (service: object | undefined): number {
  return (service as { lcCustomerId: number }).lcCustomerId
}

interface AttachedService { serviceSource: ListedCustomer['customerSource'], serviceId: string | null }

function attachedService (sandbox: Sandbox, { attachedServices }: Customer, wanted: Filter | undefined): AttachedService {
  for (const id of attachedServices) {
    const service = sandbox.find('services', id) as AttachedService | undefined
    if (service !== undefined && fits(service, wanted)) return service
  }
  return { serviceSource: null, serviceId: null }
}

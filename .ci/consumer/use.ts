import { CustomerSchema, buildApp, startOvocMock, type Customer, type OperationId, type RecordOf, type ResourceName } from 'ovoc-mock'

const app = await buildApp({ seed: 7 })
const customer: Customer = (await app.inject('/ovoc/v1/topology/customers/85844')).json()
const mock = await startOvocMock({ port: 0 })
const fields: string[] = Object.keys(CustomerSchema.properties)
const operation: OperationId = 'verifyCustomer'
const resource: ResourceName = 'customers'
const status: RecordOf<'customers'>['status'] = customer.status
console.log(mock.url, customer.id.toFixed(), fields, operation, resource, status, app.catalogue.get(operation)?.url)

// @ts-expect-error a customer's id is a number
console.log(customer.id.trim())
// @ts-expect-error there is no such option
await startOvocMock({ prot: 4010 })
// @ts-expect-error there is no such operation
export const wrongOperation: OperationId = 'verifyCustomers'
// @ts-expect-error there is no such resource
export const wrongResource: ResourceName = 'customer'
// @ts-expect-error a device has no status
export type DeviceStatus = RecordOf<'devices'>['status']

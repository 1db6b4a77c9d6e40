import { CustomerSchema, OvocMockError, buildApp, connectOvocMock, startOvocMock, type Customer, type OvocMockConnection, type OperationId, type RecordOf, type ResourceName } from 'ovoc-mock'

const app = await buildApp({ seed: 7 })
const customer: Customer = (await app.inject('/ovoc/v1/topology/customers/85844')).json()
const mock = await startOvocMock({ port: 0 })
const fields: string[] = Object.keys(CustomerSchema.properties)
const operation: OperationId = 'verifyCustomer'
const resource: ResourceName = 'customers'
const status: RecordOf<'customers'>['status'] = customer.status
const connection: OvocMockConnection = Math.random() < 0.5 ? mock : connectOvocMock(mock.url)
const sandbox = await connection.sandbox()
const put: Customer = await sandbox.customers.put({ ...customer, status: 'WARNING' })
await sandbox.customers.patch(85844, { contacts: { email: null }, status: undefined })
await sandbox.rejectedEndpoints.put({ mac: '00908f000000', error: null }, 1)
await sandbox.rules.add({ match: { operation: 'verifyCustomer' }, status: 503, delay: 200, times: 2 })
await sandbox.rules.add({ delay: 200 })
await sandbox.rules.add({ body: {} })
await sandbox.requests.wait({ operation, atLeast: 0, atMost: undefined, timeout: 1000 })
const [seen] = await sandbox.requests.wait({ operation: 'getCustomer' })
const seenName: string | undefined = seen?.response.body.name
const refused: 'OVOC_MOCK_REFUSED' | undefined = await sandbox.customers.get(1).then(() => undefined, (error: unknown) => (error as OvocMockError).code)
await startOvocMock({ adminToken: process.env.ADMIN_TOKEN })
connectOvocMock(mock.url, { adminToken: process.env.ADMIN_TOKEN })
await sandbox.requests.verify({ operation, times: 0 }).catch((error: unknown) => error instanceof OvocMockError && error.problem.nearMisses)
console.log(seenName, refused, put.status, mock.url, customer.id.toFixed(), fields, operation, resource, status, app.catalogue.get(operation)?.resource)

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
// @ts-expect-error there is no such operation to match
await sandbox.requests.verify({ operation: 'verifyCustomers' })
// @ts-expect-error there is no such operation to fail
await sandbox.rules.add({ match: { operation: 'verifyCustomers' }, status: 503 })
// @ts-expect-error a rule has an effect
await sandbox.rules.add({ match: {} })
// @ts-expect-error a rule has one effect
await sandbox.rules.add({ status: 503, break: 'reset' })
// @ts-expect-error a preset says all
await sandbox.rules.add({ preset: 'outage', times: 2 })
// @ts-expect-error a broken connection has no body
await sandbox.rules.add({ break: 'cut', body: {} })
// @ts-expect-error so many, or so many at least
await sandbox.requests.verify({ operation, times: 1, atLeast: 1 })
// @ts-expect-error there is no such status
await sandbox.customers.patch(85844, { status: 'FINE' })
// @ts-expect-error a whole record is put
await sandbox.customers.put({ id: 85844 })
// @ts-expect-error a rejected endpoint has no id of its own
await sandbox.rejectedEndpoints.put({ mac: '00908f000000', error: null })

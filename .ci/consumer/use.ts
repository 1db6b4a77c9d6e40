import { CustomerSchema, buildApp, startOvocMock, type Customer } from 'ovoc-mock'

const app = await buildApp({ seed: 7 })
const customer: Customer = (await app.inject('/ovoc/v1/topology/customers/85844')).json()
const mock = await startOvocMock({ port: 0 })
const fields: string[] = Object.keys(CustomerSchema.properties)
console.log(mock.url, customer.id.toFixed(), fields)

// @ts-expect-error a customer's id is a number
console.log(customer.id.trim())
// @ts-expect-error there is no such option
await startOvocMock({ prot: 4010 })

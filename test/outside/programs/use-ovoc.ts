import { client } from './client/client.gen.ts'
import { listLcCustomers, verifyCustomer } from './client/index.ts'

client.setConfig({ baseUrl: `${process.argv[2]}/ovoc/v1` })
const { data: customer } = await verifyCustomer({ path: { id: 85844 }, body: { contacts: { email: 'brad@example.com' } } })
const email: string | null | undefined = customer?.contacts.email
const { data: list } = await listLcCustomers({ query: { detail: '1', filter: "(name='Brad984')" } })
const { error } = await verifyCustomer({ path: { id: 1 } })
const found: number | undefined = list?.lcCustomers[0]?.id
console.log([email, found, error?.description].join('; '))

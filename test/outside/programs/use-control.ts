import { client } from './client/client.gen.ts'
import { addRules, getHealth, patchRecord, verifyRequests } from './client/index.ts'

client.setConfig({ baseUrl: `${process.argv[2]}` })
const { data: health } = await getHealth()
const { data: record } = await patchRecord({ path: { resource: 'customers', id: 85844 }, body: { status: 'WARNING' } })
await addRules({ body: { match: { operation: 'verifyCustomer' }, status: 503, times: 1 } })
const { status } = await fetch(`${process.argv[2]}/ovoc/v1/topology/customers/85844`, { method: 'PUT' })
const { data: verified, error } = await verifyRequests({ body: { match: { operation: 'verifyCustomer', status }, times: 1 } })
console.log([health?.status, record?.status, status, verified?.count, error?.title].join('; '))

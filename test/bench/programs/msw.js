import { createServer } from '@mswjs/http-middleware'
import { HttpResponse, http } from 'msw'
import { customer } from '../places.js'

const verifyCustomer = http.put('/api/ovoc/v1/topology/customers/:id', ({ params }) =>
  params.id === String(customer.id) ? HttpResponse.json(customer) : HttpResponse.json({}, { status: 404 }))

createServer(verifyCustomer).listen(Number(process.argv[2]), '127.0.0.1')

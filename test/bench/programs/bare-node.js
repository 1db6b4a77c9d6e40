// The floor: no router, no schemas, no serialisation. What Node alone costs.
import { createServer } from 'node:http'
import { customer } from '../places.js'

const body = JSON.stringify(customer)
const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(body) }

createServer((_request, response) => response.writeHead(200, headers).end(body)).listen(Number(process.argv[2]), '127.0.0.1')

import { customer } from '../places.js'
import { stockApp } from './stock-app.js'

const app = await stockApp([customer])
await app.listen({ port: Number(process.argv[2]), host: '127.0.0.1' })

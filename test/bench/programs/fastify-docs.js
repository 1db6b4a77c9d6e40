import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import swaggerUi from '@fastify/swagger-ui'
import { root } from '../places.js'
import { stockApp } from './stock-app.js'
import { swagger } from './swagger.js'

const records = JSON.parse(readFileSync(join(root, 'fixtures/customers.json'), 'utf8'))
const app = await stockApp(records, async app => {
  await swagger(app)
  await app.register(swaggerUi, { routePrefix: '/docs' })
})
await app.listen({ port: Number(process.argv[2]), host: '127.0.0.1' })

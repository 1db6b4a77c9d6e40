import { fileURLToPath } from 'node:url'
import { customer, customerPath } from '../places.js'
import { configFile } from './config-file.js'

const route = {
  uuid: '6b6b3f7e-0000-4000-8000-000000000001',
  type: 'http',
  method: 'put',
  endpoint: customerPath.slice(1),
  responses: [{ body: JSON.stringify(customer), statusCode: 200, bodyType: 'INLINE', disableTemplating: true, default: true }]
}

const environment = {
  name: 'bench',
  routes: [route],
  rootChildren: [{ type: 'route', uuid: route.uuid }],
  headers: [{ key: 'Content-Type', value: 'application/json' }]
}

// Its import of our document makes up values of its own, at each request.
export const mockoon = {
  name: 'mockoon',
  package: '@mockoon/cli',
  about: 'an environment with the same record, no templates',
  command: ({ port, folder }) => [
    process.execPath, fileURLToPath(import.meta.resolve('@mockoon/cli/bin/run.js')),
    'start', '--repair', '--disable-log-to-file', '--port', port, '--hostname', '127.0.0.1', '--data', configFile(folder, 'mockoon.json', environment)
  ]
}

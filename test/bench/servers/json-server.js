import { fileURLToPath } from 'node:url'
import { customer, program } from '../places.js'
import { configFile } from './config-file.js'

export const jsonServer = {
  name: 'json-server',
  package: 'json-server',
  about: 'the same record; a PUT is made a GET, since its own replaces the record and writes the file; --quiet',
  command: ({ port, folder }) => [
    process.execPath, fileURLToPath(import.meta.resolve('json-server/lib/cli/bin.js')),
    '--port', port, '--host', '127.0.0.1', '--quiet',
    '--middlewares', program('json-server-put.cjs'),
    '--routes', configFile(folder, 'json-server-routes.json', { '/api/ovoc/v1/topology/*': '/$1' }),
    configFile(folder, 'json-server.json', { customers: [customer] })
  ]
}

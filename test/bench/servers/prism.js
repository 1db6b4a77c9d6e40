import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { customer, root } from '../places.js'

// Prism routes by the paths of the document alone, without those of its servers.
export const prism = {
  name: 'prism',
  package: '@stoplight/prism-cli',
  about: 'our document, its example; logs warnings only',
  validates: true,
  path: `/topology/customers/${customer.id}`,
  command: ({ port }) => [
    process.execPath, fileURLToPath(import.meta.resolve('@stoplight/prism-cli/dist/index.js')),
    'mock', '--port', port, '--verboseLevel', 'warn', join(root, 'openapi/openapi.json')
  ]
}

import { program } from '../places.js'

export const openapiBackend = {
  name: 'openapi-backend',
  package: 'openapi-backend',
  about: 'our document in node:http, validation on, its example',
  validates: true,
  command: ({ port }) => [process.execPath, program('openapi-backend.js'), port]
}

import { program } from '../places.js'

export const msw = {
  name: 'msw',
  package: 'msw',
  about: '@mswjs/http-middleware on Express, the same record',
  command: ({ port }) => [process.execPath, program('msw.js'), port]
}

import { program } from '../places.js'

export const bareNode = {
  name: 'node:http',
  about: 'bare, answers a constant',
  command: ({ port }) => [process.execPath, program('bare-node.js'), port]
}

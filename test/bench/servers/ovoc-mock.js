import { join } from 'node:path'
import { customer, root } from '../places.js'

const cli = join(root, 'dist/cli.js')

function ovocMock (name, about, options, request = {}) {
  return { name, about, validates: true, ...request, command: ({ port }) => [process.execPath, cli, '--port', port, ...options] }
}

export const shipped = ovocMock('ovoc-mock', 'as shipped', [])

/** With a line of JSON for each request into a pipe. */
export const logged = { ...ovocMock('ovoc-mock-json', '--json, into a pipe', ['--json']), isPiped: true }

export const authRequired = ovocMock('ovoc-mock-auth', '--auth required, Basic at its own base path', ['--auth', 'required'], {
  path: `/ovoc/v1/topology/customers/${customer.id}`,
  headers: { Authorization: `Basic ${Buffer.from('acladmin:pass_1234').toString('base64')}` }
})

/** ovoc-mock with so many generated customers. */
export function populated (customers, ...options) {
  return ovocMock(`ovoc-mock-${customers}`, `--customers ${customers}`, ['--customers', String(customers), ...options])
}

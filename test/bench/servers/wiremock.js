import { dirname } from 'node:path'
import { customer, customerPath } from '../places.js'
import { configFile } from './config-file.js'
import { java, javaIsMissing } from './java.js'

const mapping = {
  request: { method: 'PUT', urlPath: customerPath },
  response: { status: 200, headers: { 'Content-Type': 'application/json' }, jsonBody: customer }
}

export const wiremock = {
  name: 'wiremock',
  package: 'wiremock',
  about: 'a mapping with the same record; Java',
  warmUp: 3,
  absent: javaIsMissing,
  command: ({ port, folder }) => {
    const mappings = dirname(configFile(folder, 'wiremock/mappings/customer.json', mapping))
    return java(new URL('build', import.meta.resolve('wiremock/package.json')), '--port', port, '--bind-address', '127.0.0.1', '--root-dir', dirname(mappings))
  }
}

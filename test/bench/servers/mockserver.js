import { customer, customerPath } from '../places.js'
import { configFile } from './config-file.js'
import { java, javaIsMissing } from './java.js'

const expectation = {
  httpRequest: { method: 'PUT', path: customerPath },
  httpResponse: { statusCode: 200, headers: { 'Content-Type': ['application/json'] }, body: JSON.stringify(customer) }
}

export const mockserver = {
  name: 'mockserver',
  package: 'mockserver-node',
  about: 'an expectation with the same record; Java; logs warnings only',
  warmUp: 3,
  absent: javaIsMissing,
  command: ({ port, folder }) =>
    java(new URL('.', import.meta.resolve('mockserver-node/package.json')), 'run', '-Dmockserver.localBoundIP=127.0.0.1',
      '--port', port, '--log-level', 'WARN', '--init', configFile(folder, 'mockserver.json', [expectation]))
}

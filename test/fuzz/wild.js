import { METHODS } from 'node:http'
import { everyOperation } from './documents.js'
import { headersOf } from './headers.js'
import { placeOf } from './place.js'
import { hostileBodies } from './values.js'

// Node closes the connection of a CONNECT by itself.
const methods = METHODS.filter(method => method !== 'CONNECT' && method !== 'OPTIONS' && method !== 'HEAD')
const known = new Map(everyOperation.map(({ path }) => [path, everyOperation.filter(operation => operation.path === path).map(({ method }) => method)]))

const notSimulated = ['topology/tenants', 'topology/regions/5', 'topology/statistics/devices', 'alarms/activeAlarms/', 'system/licenses']
const misspelt = ['/', '/ovoc', '/ovoc/v2/topology/customers', '/ovoc/v1/', '/ovoc/v1/topology', '/ovoc/v1/topology/custmers/85844', '/ovoc/v1//topology/customers', '/ovoc/v1/topology/customers/1/2', '/api/ovoc/v1/%zz', '/ovoc/v1/%2e%2e/__admin/health', '/ovoc/v1/topology/customers;x=1', '/%00', '/x'.repeat(3000), '/favicon.ico', '/__admin', '/__admin/nothing', '/__admin/records/customers/1/2']

/** A request for something that is no documented operation; `statuses` are those that it may be answered with besides refused credentials. */
export function wild (lane) {
  const { chance } = lane
  const { method, path, statuses } = kinds[chance.weighted({ method: 3, notSimulated: 1, misspelt: 3, preflight: 0.5, document: 0.3, token: 0.5 })](chance)
  const { headers: given } = headersOf({}, lane)
  const { prefix, headers } = placeOf(lane, given)
  const body = method === 'GET' || !chance.is(0.3) ? undefined : Buffer.from(chance.one(hostileBodies))
  const extra = statuses.includes(204) ? [['Origin', 'http://page.example'], ['Access-Control-Request-Method', 'PUT']] : []
  return { method, url: `${prefix}${path}`, headers: [...headers, ...extra], body, statuses, api: path.startsWith('/__admin') ? 'control' : 'ovoc' }
}

const kinds = {
  method (chance) {
    const [template, taken] = chance.one([...known])
    const path = template.replaceAll(/\{\w+\}/g, '1')
    const method = chance.one(methods.filter(name => !taken.includes(name)))
    // Of one of these, GET asks for the request with such an id.
    return { method, path: path.startsWith('/__admin') ? path : `/ovoc/v1${path}`, statuses: path.startsWith('/__admin/requests/') ? [400, 405] : [405] }
  },
  notSimulated: chance => ({ method: chance.one(methods), path: `/ovoc/v1/${chance.one(notSimulated)}`, statuses: [501] }),
  misspelt: chance => ({ method: chance.one(methods), path: chance.one(misspelt), statuses: [400, 404] }),
  preflight: chance => ({ method: 'OPTIONS', path: `/ovoc/v1${chance.one([...known.keys()].filter(path => !path.startsWith('/__admin')))}`, statuses: [204] }),
  document: chance => ({ method: 'GET', path: chance.one(['/openapi.json', '/openapi.yaml', '/docs', '/docs/', '/docs/nothing', '/__admin/openapi.json']), statuses: [200, 302, 404] }),
  token: chance => ({ method: chance.one(['POST', 'GET']), path: chance.one(['/t/oauth2/v2.0/token', '/t/v2.0/.well-known/openid-configuration', '/t/discovery/v2.0/keys', '/t/oauth2/v2.0/authorize']), statuses: [200, 400, 404, 405, 413, 415, 501] })
}

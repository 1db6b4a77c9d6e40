import { operationNamed, operations } from './documents.js'
import { bodyOf, newId } from './bodies.js'
import { headersOf } from './headers.js'
import { placeOf } from './place.js'
import { hostileTexts } from './values.js'
import { wild } from './wild.js'

const basePaths = ['/ovoc/v1', '/api/ovoc/v1', '/tenantui/api/ovoc/v1']

/** How often an operation is asked: those that change, so that there is something to compare, more than others. */
const weights = Object.fromEntries(operations.map(({ id, method, api }) => [id, method === 'GET' ? 2 : api === 'ovoc' ? 6 : 3]))
Object.assign(weights, { streamRequests: 4, listRequests: 5, getRequest: 3, waitForRequests: 0.5, resetSandbox: 0.5, dropSandbox: 1.5, openSandbox: 1, downloadSnapshot: 2, addRules: 2, getRule: 4, deleteRule: 4, deleteFile: 1, verifyCustomer: 12, createRecord: 8, putRecord: 6 })

/** The next request of a lane: of a documented operation, or of none. */
export function compose (lane) {
  const { chance } = lane
  return chance.is(0.08) ? wild(lane) : ask(operationNamed(chance.weighted(weights)), lane)
}

/** A request for a documented operation: valid, nearly valid or hostile. */
export function ask (operation, lane) {
  const { chance } = lane
  const basePath = operation.api === 'ovoc' ? chance.one(basePaths) : ''
  const params = {}
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name] = paramOf(name, operation, params, lane)))
  const { query, code } = queryOf(operation, lane)
  const { body, type } = operation.method === 'GET' ? {} : bodyOf(operation, params, lane)
  const { headers, prefers } = headersOf({ isWishing: operation.api === 'ovoc' && !query.includes('__'), basePath, type }, lane)
  const asked = code ?? prefers
  const place = placeOf(lane, headers)
  const url = `${place.prefix}${spelt(`${basePath}${path}`, chance)}${query === '' ? '' : `?${query}`}`
  const method = operation.method === 'GET' && operation.id !== 'streamRequests' && chance.is(0.03) ? 'HEAD' : operation.method
  return { method, url, headers: place.headers, body, operation, params, asked: asked in operation.responses && asked > 201 ? asked : undefined }
}

const resourceOfPath = { customers: 'customers', lcCustomers: 'customers' }
const oddIds = ['0', '-1', 'abc', '1.5', '1e3', '9007199254740992', '4711', '%zz', '\0', '__proto__', '..', 'é', '1/2', '9'.repeat(300), '9'.repeat(20_000)]

function paramOf (name, { id, path }, { resource }, lane) {
  const { name: sandbox, chance, model } = lane
  if (chance.is(0.06)) return chance.one([...oddIds, ...hostileTexts.filter(text => text !== '' && text !== '\ud800')])
  if (name === 'resource') return chance.one(model.resourceNames)
  if (name === 'name') return id === 'dropSandbox' ? chance.one([sandbox, 'default', 'nobody']) : chance.one(['a', 'b', 'c', 'd'])
  if (id === 'putRecord' && chance.is(0.2)) return String(newId(lane))
  if (path === '/__admin/rules/{id}' && model.rules.length > 0) return String(chance.one(model.rules).id)
  const last = path.split('/').at(-2)
  const known = resource ?? resourceOfPath[last] ?? last
  return String(chance.one(model.resourceNames.includes(known) ? model.ids(known) : [1, 2, 3, 10]) ?? 1)
}

function queryOf ({ api, id, parameters }, lane) {
  const { chance } = lane
  const parts = parameters.filter(parameter => parameter.in === 'query' && chance.is(0.4)).map(({ name, schema }) => `${name}=${queryValue(name, schema, id, lane)}`)
  if (chance.is(0.03)) parts.push(`${encodeURIComponent(chance.one(hostileTexts.filter(text => text !== '\ud800')))}=1`)
  if (chance.is(0.02)) parts.push(chance.one(['%zz=%ff', '&&&', 'filter', 'detail=1&detail=0', '=', 'a[b]=1', '?', 'x'.repeat(20_000)]))
  if (api === 'control' || !chance.is(0.04)) return { query: parts.join('&') }
  if (chance.is(0.3)) return { query: [...parts, `__delay=${chance.one(['0', '5', '-1', 'x', '99999999'])}`].join('&') }
  const code = chance.one(['200', '204', '400', '404', '429', '500', '503', '999', 'x'])
  return { query: [...parts, `__code=${code}`].join('&'), code }
}

function queryValue (name, { enum: values }, id, lane) {
  const { chance } = lane
  if (chance.is(0.1)) return encodeURIComponent(chance.one(hostileTexts.filter(text => text !== '\ud800')))
  if (values !== undefined) return chance.one(values)
  if (name === 'fields') return chance.one(['id', 'id,name', 'id,url,description', 'customerId', 'nope', 'id,id', ','])
  if (name === 'filter') return filterOf(id, lane)
  return chance.one(['true', 'false', '1', '5', '200', 'GET', 'verifyCustomer', '2025-08-14T08:16:18.736Z', 'nope'])
}

const listed = { listLcCustomers: 'customers' }

/** Mostly the value that some record has, in one of the encodings that clients use. */
function filterOf (id, { chance, model }) {
  const resource = listed[id] ?? id.replace(/^list(.)/, (_, first) => first.toLowerCase())
  const { record = {} } = chance.one(model.list(resource)) ?? {}
  const [field, value] = chance.one(Object.entries(record)) ?? ['id', 1]
  const text = chance.is(0.9) ? `(${field}='${value}')` : chance.one(["(id='1'", "id='1'", '(id=1)', "(id='1')(id='2')", "(id=''')", '()', `(${field}='${'x'.repeat(3000)}')`])
  const wellFormed = text.toWellFormed?.() ?? text.replaceAll(/[\ud800-\udfff]/g, '')
  return chance.is(0.5) ? encodeURIComponent(wellFormed) : encodeURIComponent(wellFormed).replaceAll('%20', '+')
}

/** The same path as it may be written too. */
function spelt (path, chance) {
  const trailing = chance.is(0.05) ? `${path}/` : path
  if (!chance.is(0.05)) return trailing
  return trailing.replace(/%..|[a-z]/gi, sign => sign.length === 1 && chance.is(0.1) ? `%${sign.charCodeAt(0).toString(16)}` : sign)
}

import { operationNamed, schemaNamed } from './documents.js'
import { hostileBodies, nearly, valueOf } from './values.js'
import { lists } from './world.js'

const json = 'application/json'
const types = [json, `${json}; charset=utf-8`, `${json}; charset="UTF-8"`, 'Application/JSON', `${json}; charset=latin1`, 'text/plain', 'foo', 'application/x-www-form-urlencoded', 'multipart/form-data', '']

/** The body of a request for an operation, and its type; neither where none is sent. */
export function bodyOf (operation, params, lane) {
  const { chance } = lane
  if (operation.body === undefined) return chance.is(0.95) ? {} : hostile(chance)
  const kind = chance.weighted({ valid: 6, nearly: 2.5, hostile: 1, none: 0.5 })
  if (kind === 'none') return {}
  if (kind === 'hostile') return hostile(chance)
  const value = validBody(operation, params, lane)
  // What waits must not wait long.
  const given = kind === 'valid' || operation.id === 'waitForRequests' ? value : nearly(value, chance)
  return { body: Buffer.from(JSON.stringify(given)), type: chance.is(0.97) ? json : chance.one(types) }
}

function hostile (chance) {
  return { body: Buffer.from(chance.one(hostileBodies)), type: chance.one(types) }
}

function validBody ({ id, body }, params, lane) {
  const { chance } = lane
  return id in special ? special[id](params, lane) : valueOf(body, chance, idsFrom(lane))
}

const relations = { channelId: 'channels', alarmDevicesFilter: 'devices', attachedServices: 'services', reportingNodeId: 'devices', lcCustomerId: 'customers' }

function idsFrom ({ model }) {
  return name => name in relations ? model.ids(relations[name]) : []
}

// The schema of a whole record by its resource, or where a resource is only listed that of an item of its list.
const schemas = Object.fromEntries(lists.map(([id, , resource]) => {
  const { properties } = operationNamed(id).responses['200'].content['application/json'].schema
  const item = Object.values(properties)[0].items.$ref.split('/').at(-1)
  return [resource, schemaNamed(item.replace(/ListItem$/, '')) === undefined ? item : item.replace(/ListItem$/, '')]
}))

/** A few fields of a record, which it may keep or not. */
function someFields (resource, lane) {
  return fewFields(schemaNamed(Object.hasOwn(schemas, resource) ? schemas[resource] : 'Customer'), lane)
}

// With many, one that may not be changed would always be among them.
function fewFields ({ properties }, lane) {
  const { chance } = lane
  const entries = Object.entries(properties)
  const chosen = entries.filter(([name]) => name !== 'id' && chance.is(2 / entries.length))
  return Object.fromEntries(chosen.map(([name, schema]) => [name, valueOf(schema, chance, idsFrom(lane), name)]))
}

function changedRecord (resource, id, lane) {
  const { chance, model } = lane
  const known = model.resourceNames.includes(resource) ? model.get(resource, Number(id)) ?? chance.one(model.list(resource))?.record : undefined
  return { ...known, ...known !== undefined && 'id' in known && { id: Number(id) }, ...someFields(resource, lane) }
}

/** Below and above all others, so that the sequence is put to the test. */
export function newId ({ chance, model: { nextId } }) {
  return chance.one([chance.whole(1, 5000), nextId, nextId + 3, ...chance.is(0.02) ? [2 ** 52] : []])
}

const special = {
  verifyCustomer: (_, lane) => fewFields(schemaNamed('CustomerUpdate'), lane),
  verifyLcCustomer: (_, lane) => fewFields(schemaNamed('CustomerUpdate'), lane),
  updateFwdRule: (_, lane) => fewFields(schemaNamed('FwdRuleUpdate'), lane),
  createRecord: ({ resource }, lane) => ({ ...someFields(resource, lane), ...lane.chance.is(0.25) && resource !== 'rejectedEndpoints' && { id: newId(lane) } }),
  putRecord: ({ resource, id }, lane) => changedRecord(resource, id, lane),
  patchRecord: ({ resource }, lane) => someFields(resource, lane),
  putRecords (_, lane) {
    const { chance, model } = lane
    const chosen = model.resourceNames.filter(() => chance.is(0.25))
    return Object.fromEntries(chosen.map(resource => [resource, Array.from({ length: chance.whole(0, 2) }, () => changedRecord(resource, chance.one(model.ids(resource)), lane))]))
  },
  openSandbox: (_, { name, chance }) => chance.is(0.9) ? { name } : {},
  changeClock: (_, { chance }) => chance.one([{ now: '2025-08-14T08:16:18.736Z', frozen: true }, { advance: 3600 }, { advance: -1e9 }, { frozen: false }, { now: '9999-12-31T23:59:59.999Z' }]),
  verifyRequests: (_, { chance }) => ({ match: matchOf(chance), ...chance.one([{}, { times: 1 }, { atLeast: 0 }, { atMost: 0 }]) }),
  waitForRequests: (_, { chance }) => ({ match: matchOf(chance), ...chance.one([{}, { times: 1 }, { atLeast: 0 }]), timeout: chance.whole(0, 20) }),
  addRules: (_, { chance }) => ({ match: matchOf(chance), ...chance.one(effects), ...chance.one([{}, { times: 2 }, { after: 1 }, { probability: 0.5 }]) })
}

const effects = [
  { status: 503, headers: { 'Retry-After': '3' } }, { status: 418, body: [1] }, { status: 404, body: { description: 'gone' } }, { status: 599 }, { delay: 3 }, { delay: { from: 0, to: 5 } },
  { break: 'reset' }, { break: 'empty' }, { rateLimit: { requests: 1, seconds: 1 } }
]

function matchOf (chance) {
  return chance.one([{}, { method: 'PUT' }, { operation: 'verifyCustomer' }, { resource: 'fwdRules' }, { path: '/ovoc/*' }, { headers: { host: '*' } }, { query: { detail: '1' } }, { body: { description: 'x' } }, { operation: 'updateFwdRule', body: { alarmDevicesFilter: null } }])
}

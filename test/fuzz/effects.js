import { operations } from './documents.js'
import { merged, expectSame } from './model.js'
import { expect } from './finding.js'

/**
 * What an accepted request of each operation that changes, or shows, a sandbox does to the model, and what its answer must hold.
 * Each gets the model, the parameters of the path, the body of the request and that of the answer.
 */
export const effects = {
  verifyCustomer: changeCustomer,
  verifyLcCustomer: changeCustomer,
  ...Object.fromEntries(operations.filter(({ api, method, path }) => api === 'ovoc' && method === 'GET' && path.endsWith('/{id}')).map(({ id, tag }) => [id, shows(tag)])),
  getService: (model, { id }, _, answer) => expectSame(answer, { services: [model.get('services', id)] }, `the service ${id}`),

  createChannel (model, _, { name, tenantId, msTenantId, description = null, operatorConnectEnabled = true }, { id, url }, read) {
    expect(url === `ovoc/v1/topology/channels/${id}`, `the new channel's url is ${url}`)
    return read('channels', id, channel => {
      const { services, ...rest } = channel
      expectSame([rest.name, rest.tenantId, rest.msTenantId, rest.description, services.OC.enabled], [name, tenantId, msTenantId, description, operatorConnectEnabled], 'the new channel')
      model.add('channels', id, channel)
    })
  },
  createFwdRule (model, _, body, { id, url }) {
    model.add('fwdRules', id, { id, url, ...ruleDefaults, ...body })
  },
  updateFwdRule (model, { id }, body, answer) {
    model.put('fwdRules', id, merged(model.get('fwdRules', id), body))
    expectSame(answer, model.get('fwdRules', id), 'the changed rule')
  },
  deleteFwdRule: (model, { id }) => model.delete('fwdRules', id),
  deleteFile: (model, { id }) => model.delete('files', id),

  getRecord: (model, { resource, id }, _, answer) => expectSame(answer, model.get(resource, id), `the record ${id} in ${resource}`),
  listRecords: (model, { resource }, _, answer) => expectSame(answer.records, model.list(resource), `the records in ${resource}`),
  createRecord (model, { resource }, body, answer, _, location) {
    const id = Number(location.split('/').at(-1))
    expectSame(merged(answer, body), answer, 'the new record with what was given')
    if (Number.isSafeInteger(body.id) && body.id > 0 && resource !== 'rejectedEndpoints') {
      expect(id === body.id, `the new record's id is ${id}`)
      model.put(resource, id, answer)
    } else model.add(resource, id, answer)
  },
  putRecord (model, { resource, id }, body, answer) {
    expectSame(answer, body, 'the record that was put')
    model.put(resource, id, body)
  },
  patchRecord (model, { resource, id }, body, answer) {
    expectSame(answer, merged(model.get(resource, id), body), 'the patched record')
    model.put(resource, id, answer)
  },
  deleteRecord: (model, { resource, id }) => model.delete(resource, id),
  revertRecord: (model, { resource, id }) => model.revert(resource, id),
  putRecords (model, _, body, { records }) {
    const numbered = model.nextId
    for (const [resource, list] of Object.entries(body)) list.forEach((record, index) => model.put(resource, record.id ?? numbered + index, record))
    expect(records === Object.values(body).flat().length, `${records} were put`)
  },

  takeSnapshot: (model, { name }) => model.take(name),
  restoreSnapshot: (model, { name }) => model.restore(name),
  deleteSnapshot: (model, { name }) => model.snapshots.delete(name),
  listSnapshots: (model, _, __, { snapshots }) => expectSame(snapshots.map(({ name }) => name), [...model.snapshots.keys()], 'the snapshots'),
  resetSandbox: model => model.reset(),
  addRules: (model, _, __, { rules }) => { model.rules.push(...rules) },
  deleteRules: model => { model.rules = [] },
  deleteRule (model, { id }) { model.rules = model.rules.filter(rule => rule.id !== id) },
  listRules: (model, _, __, { rules }) => expectSame(rules.map(({ id }) => id), model.rules.map(({ id }) => id), 'the rules'),
  getHealth: (model, _, __, { counts }) =>
    expectSame(counts, Object.fromEntries(model.resourceNames.map(name => [name, model.ids(name).length])), 'the counts')
}

const ruleDefaults = {
  tenantId: -1,
  forwardType: 'ALLOW',
  alarmTenantsFilter: null,
  alarmRegionsFilter: null,
  alarmEndpointsFilter: null,
  alarmSitesFilter: null,
  alarmDevicesFilter: null,
  alarmNamesFilter: null
}

function changeCustomer (model, { id }, body = {}, answer) {
  model.put('customers', id, merged(model.get('customers', id), body))
  expectSame(answer, model.get('customers', id), 'the customer')
}

function shows (resource) {
  return (model, { id }, _, answer) => expectSame(answer, model.get(resource, id), `the record ${id} in ${resource}`)
}

import { errorAnswers } from '../../protocol/error-responses.ts'
import { listQuery, listShape } from '../../protocol/list-query.ts'
import { IdParams, NoQuery, answer, found, listAnswer, named } from '../../protocol/operations.ts'
import type { OvocApp } from '../../protocol/operations.ts'
import { sendCollection } from '../../protocol/send-list.ts'
import { observed, listItemOf } from '../../schema/primitives.ts'
import { devices } from './generate.ts'
import { DeviceSchema } from './schema.ts'

const DeviceItem = listItemOf(DeviceSchema)
const shape = listShape(DeviceSchema, ['id', 'url', 'description'])

/** Schemas of the device operations. */
const deviceOperations = named({
  listDevices: {
    tags: ['devices'],
    summary: 'List devices',
    'x-evidence': observed('programs in use look a device up by ipAddress or fqdn'),
    querystring: listQuery(shape),
    response: { ...listAnswer('devices', DeviceItem), ...errorAnswers(400, 401) }
  },
  getDevice: {
    tags: ['devices'],
    summary: 'Get a device',
    'x-evidence': observed('programs in use read a device at the url from the list'),
    params: IdParams,
    querystring: NoQuery,
    response: { 200: answer(DeviceSchema, 'The device'), ...errorAnswers(400, 401, 404) }
  }
})

/** The device operations. */
function deviceRoutes (app: OvocApp): void {
  for (const schema of [DeviceSchema, DeviceItem]) app.addSchema(schema)

  app.get('/topology/devices', { schema: deviceOperations.listDevices }, ({ sandbox }, reply) =>
    sendCollection(reply, 'devices', sandbox.collection(devices), shape))

  app.get('/topology/devices/:id', { schema: deviceOperations.getDevice }, ({ sandbox, params }) =>
    found(sandbox.collection(devices).get(params.id), 'device', params.id))
}

export const deviceApi = {
  path: '/topology/devices',
  description: 'Session border controllers, gateways and telephones',
  resource: devices,
  operations: deviceOperations,
  addRoutes: deviceRoutes
}

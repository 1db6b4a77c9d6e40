import { listQuery, listShape } from '../../protocol/list-query.ts'
import { listResponses, operationsOn, recordOf, retrievalOf } from '../../protocol/operations.ts'
import type { OvocApp } from '../../protocol/operations.ts'
import { sendList } from '../../protocol/send-list.ts'
import { observed, listItemOf } from '../../schema/primitives.ts'
import { devices } from './generate.ts'
import { DeviceSchema } from './schema.ts'

const DeviceItem = listItemOf(DeviceSchema)
const shape = listShape(DeviceSchema, ['id', 'url', 'description'])

const operations = operationsOn('devices', {
  listDevices: {
    summary: 'List devices',
    'x-evidence': observed('programs in use look a device up by ipAddress or fqdn'),
    querystring: listQuery(shape),
    response: listResponses('devices', DeviceItem)
  },
  getDevice: {
    summary: 'Get a device',
    'x-evidence': observed('programs in use read a device at the url from the list'),
    ...retrievalOf(DeviceSchema, 'The device')
  }
})

export const deviceApi = {
  description: 'Session border controllers, gateways and telephones',
  resource: devices,
  operations,
  addRoutes (app: OvocApp): void {
    for (const schema of [DeviceSchema, DeviceItem]) app.addSchema(schema)

    app.get('/topology/devices', { schema: operations.listDevices }, (_, reply) => sendList(reply, devices, shape))

    app.get('/topology/devices/:id', { schema: operations.getDevice }, request => recordOf(request, devices))
  }
}

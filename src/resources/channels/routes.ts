import { errorResponses } from '../../protocol/error-responses.ts'
import { listQuery, listShape } from '../../protocol/list-query.ts'
import { NoQuery, jsonResponse, listResponses, operationsOn, recordOf, retrievalOf } from '../../protocol/operations.ts'
import type { OvocApp } from '../../protocol/operations.ts'
import { refuseProblems } from '../../protocol/refusal.ts'
import { sendList } from '../../protocol/send-list.ts'
import { schemaProblems } from '../../protocol/validation.ts'
import { bodyProblems } from '../../sandbox/update-record.ts'
import { assumed, documented, listItemOf, ref } from '../../schema/primitives.ts'
import { createChannel, urlOf } from './create.ts'
import { channels } from './generate.ts'
import { ChannelCreationSchema, ChannelSchema, CreatedChannelSchema } from './schema.ts'

const brief = ['id', 'url', 'name', 'description']
const ChannelItem = listItemOf(ChannelSchema)
const shape = listShape(ChannelSchema, brief)

const operations = operationsOn('channels', {
  listChannels: {
    summary: 'List channels',
    'x-evidence': assumed('AudioCodes\' pages refer to it by name; its response is by analogy with the lists of ' +
      'programs in use'),
    querystring: listQuery(shape),
    response: listResponses('channels', ChannelItem)
  },
  createChannel: {
    summary: 'Create a channel',
    description: 'Defaults for fields that the body leaves out are assumed: every service except OC is disabled.',
    'x-evidence': documented('AudioCodes, POST topology/channels'),
    querystring: NoQuery,
    body: ref(ChannelCreationSchema),
    response: {
      201: jsonResponse(CreatedChannelSchema, 'The channel was created'),
      ...errorResponses(400, 401, 403, 413, 415, 507)
    }
  },
  getChannel: {
    summary: 'Get a channel',
    'x-evidence': documented('AudioCodes, GET topology/channels/{id}; its public copy is cut after portalFqdn'),
    ...retrievalOf(ChannelSchema, 'The channel')
  }
})

export const channelApi = {
  description: 'Channels. Each one holds the customers of a service provider',
  resource: channels,
  operations,
  addRoutes (app: OvocApp): void {
    const schemas = [ChannelSchema, ChannelCreationSchema, CreatedChannelSchema, ChannelItem]
    for (const schema of schemas) app.addSchema(schema)

    app.get('/topology/channels', { schema: operations.listChannels }, (_, reply) => sendList(reply, channels, shape))

    const creation = { attachValidation: true, schema: operations.createChannel }
    app.post('/topology/channels', creation, async (request, reply) => {
      const { sandbox, body } = request
      const id = sandbox.freeId(channels)
      refuseProblems(schemaProblems(request), bodyProblems(sandbox, channels, id, body))
      sandbox.create(channels, id, createChannel(id, sandbox.clock.now(), body))
      return reply.code(201).send({ id, url: urlOf(id).slice(1) })
    })

    app.get('/topology/channels/:id', { schema: operations.getChannel }, request => recordOf(request, channels))
  }
}

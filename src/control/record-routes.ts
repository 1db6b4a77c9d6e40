import Type from 'typebox'
import type { TSchema } from 'typebox'
import { sandboxPrefixOf } from '../protocol/base-paths.ts'
import { answer, required } from '../protocol/operations.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { problemAnswers } from '../protocol/problem.ts'
import { sendLists } from '../protocol/send-list.ts'
import { resources } from '../resources/index.ts'
import { Count, Id, ref, strictObject } from '../schema/primitives.ts'
import { collectionNamed, createRecord, deleteRecord, getRecord, patchRecord, putRecord, putRecords } from './change-records.ts'
import { doneAnswer } from './shapes.ts'

const RecordSchema = Type.Object({}, { $id: 'Record', additionalProperties: true, description: "A record, as OVOC's own document describes those of its resource" })
const RecordFieldsSchema = Type.Object({}, { $id: 'RecordFields', additionalProperties: true, description: 'Fields of a record', examples: [{ status: 'WARNING' }] })
const KeptId = { ...Id, description: 'Under which the record is kept; records without an id of their own have a number' }
const RecordListSchema: TSchema & { $id?: string } = strictObject({ records: Type.Array(strictObject({ id: KeptId, record: ref(RecordSchema) })) }, { $id: 'RecordList' })
const RecordBatchSchema = strictObject(
  Object.fromEntries(resources.map(({ name }) => [name, Type.Optional(Type.Array(ref(RecordSchema)))])),
  { $id: 'RecordBatch', description: 'Whole records by resource; those of a resource without ids are added' }
)
const RecordCountSchema = strictObject({ records: { ...Count, description: 'How many were put' } }, { $id: 'RecordCount' })

const ResourceParams = strictObject({ resource: Type.String({ description: 'The name of a resource, such as customers' }) })
const RecordParams = strictObject({ ...ResourceParams.properties, id: KeptId })

/** The routes by which records are read and changed past OVOC's own rules: any that fits its schema, as long as relations hold. */
export function recordRoutes (app: OvocApp): void {
  for (const schema of [RecordSchema, RecordFieldsSchema, RecordListSchema, RecordBatchSchema, RecordCountSchema]) app.addSchema(schema)

  app.put('/records', {
    schema: {
      operationId: 'putRecords',
      summary: 'Create or replace many records, checked together: all or none',
      body: required(RecordBatchSchema),
      response: { 200: answer(RecordCountSchema, 'They are there'), ...problemAnswers(409) }
    }
  }, ({ sandbox, body }) => ({ records: putRecords(sandbox, body as Record<string, object[]>) }))

  app.get('/records/:resource', {
    schema: {
      operationId: 'listRecords',
      summary: 'List the records of a resource',
      params: ResourceParams,
      response: { 200: answer(RecordListSchema, 'The records'), ...problemAnswers(404) }
    }
  }, ({ sandbox, params }, reply) =>
    sendLists(reply, [['records', collectionNamed(sandbox, params.resource).entries()]]))

  app.post('/records/:resource', {
    schema: {
      operationId: 'createRecord',
      summary: 'Create a record; what is missing is generated',
      params: ResourceParams,
      body: required(RecordFieldsSchema),
      response: { 201: { ...answer(RecordSchema, 'The record'), headers: { Location: Type.String({ description: 'Its path' }) } }, ...problemAnswers(404, 409) }
    }
  }, async ({ sandbox, params: { resource }, body, originalUrl }, reply) => {
    const { id, record } = createRecord(sandbox, resource, body)
    return reply.code(201).header('location', `${sandboxPrefixOf(originalUrl)}/__admin/records/${resource}/${id}`).send(record)
  })

  app.get('/records/:resource/:id', {
    schema: {
      operationId: 'getRecord',
      summary: 'Get a record',
      params: RecordParams,
      response: { 200: answer(RecordSchema, 'The record'), ...problemAnswers(404) }
    }
  }, ({ sandbox, params }) => getRecord(sandbox, params.resource, params.id))

  app.put('/records/:resource/:id', {
    schema: {
      operationId: 'putRecord',
      summary: 'Create or replace a record',
      params: RecordParams,
      body: required(RecordSchema),
      response: { 200: answer(RecordSchema, 'It was replaced'), 201: answer(RecordSchema, 'It was created'), ...problemAnswers(404, 409) }
    }
  }, async ({ sandbox, params: { resource, id }, body }, reply) => {
    const status = collectionNamed(sandbox, resource).get(id) === undefined ? 201 : 200
    return reply.code(status).send(putRecord(sandbox, resource, id, body))
  })

  app.patch('/records/:resource/:id', {
    schema: {
      operationId: 'patchRecord',
      summary: 'Change fields of a record; objects merge by key',
      params: RecordParams,
      body: required(RecordFieldsSchema),
      response: { 200: answer(RecordSchema, 'The record after the change'), ...problemAnswers(404, 409) }
    }
  }, ({ sandbox, params, body }) => patchRecord(sandbox, params.resource, params.id, body))

  app.delete('/records/:resource/:id', {
    schema: {
      operationId: 'deleteRecord',
      summary: 'Delete a record that no other refers to',
      params: RecordParams,
      response: { ...doneAnswer, ...problemAnswers(404, 409) }
    }
  }, ({ sandbox, params }) => {
    deleteRecord(sandbox, params.resource, params.id)
    return {}
  })
}

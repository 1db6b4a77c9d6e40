import type {
  FastifyBaseLogger, FastifyInstance, FastifySchema, RawReplyDefaultExpression, RawRequestDefaultExpression,
  RawServerDefault
} from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import * as Type from 'typebox'
import type { TSchema } from 'typebox'
import { assumed, observed, Id, ref, strictObject } from '../schema/primitives.ts'
import type { Evidence } from '../schema/primitives.ts'
import type { OvocRecord, Resource } from '../dataset/resource.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import type { Catalogue } from './catalogue.ts'
import { errorResponses } from './error-responses.ts'
import { Refusal } from './refusal.ts'

declare module 'fastify' {
  interface FastifyInstance { catalogue: Catalogue }
  interface FastifyRequest {
    /** Why the request was rejected, or what rules did to it. */
    reason: string
  }
  interface FastifySchema { 'x-evidence'?: Evidence }
}

/** The server as a resource's routes see it. */
export type OvocApp = FastifyInstance<
  RawServerDefault, RawRequestDefaultExpression, RawReplyDefaultExpression, FastifyBaseLogger, TypeBoxTypeProvider
>

/** Returns the schemas of a resource's operations. Each has its key as its operationId, and the resource as its tag. */
export function operationsOn<Schemas extends Record<string, FastifySchema>> (resourceName: string, schemas: Schemas) {
  const entries = Object.entries(schemas).map(([operationId, schema]) => {
    return [operationId, { ...schema, operationId, tags: [resourceName] }]
  })
  return Object.fromEntries(entries) as { [Id in keyof Schemas]: Schemas[Id] & { operationId: Id } }
}

/** The parameter of every path that ends in an id. */
export const IdParams = strictObject({ id: Id })

/** The query of an operation that accepts none. */
export const NoQuery = strictObject({})

/** The parameters of an operation on one record. */
export const byId = { params: IdParams, querystring: NoQuery }

/** Returns the response schemas of a list. The body has full or brief records under the name of the list. */
export function listResponses<Schema extends TSchema> (
  name: string, item: Schema & { $id?: string }, description = 'The records: full with `detail=1`, else brief'
) {
  const list = strictObject({ [name]: Type.Array(ref(item)) })
  return {
    200: { description, content: { 'application/json': { schema: list } } },
    204: {
      description: 'No record matches the filter',
      type: 'null',
      'x-evidence': observed('a program in use treats an empty list after a filter as a failure')
    },
    ...errorResponses(400, 401)
  }
}

/** Returns the schema of a body that a request may leave out. */
export function optional<Schema extends TSchema> (schema: Schema & { $id?: string }) {
  return { ...ref(schema), 'x-optional': true }
}

/** Returns the schema of a successful response with a JSON body. */
export function jsonResponse<Schema extends TSchema> (schema: Schema & { $id?: string }, description: string) {
  return { description, content: { 'application/json': { schema: ref(schema) } } }
}

/** Returns the schemas of an operation that returns one record. */
export function retrievalOf<Schema extends TSchema> (schema: Schema & { $id?: string }, description: string) {
  return { ...byId, response: { 200: jsonResponse(schema, description), ...errorResponses(400, 401, 404) } }
}

/** The successful response to a deletion. */
export const deletedResponse = {
  200: {
    description: 'The record is deleted. The body is an empty object',
    'x-evidence': assumed('programs in use check only the status'),
    content: { 'application/json': { schema: strictObject({}) } }
  }
}

/** The body of a control operation that returns nothing. */
export const DoneSchema = strictObject({}, { $id: 'Done', description: 'Empty: there is nothing to return' })

/** The successful response of such an operation. */
export const doneResponse = { 200: jsonResponse(DoneSchema, 'Done; the body is an empty object') }

/**
 * Returns the record that a path names.
 * @throws {Refusal} 404 that names the id, if there is none.
 */
export function recordOf<Wire extends OvocRecord> (
  { sandbox, params: { id } }: { sandbox: Sandbox, params: { id: number } }, resource: Resource<Wire>
): Wire {
  return found(sandbox.collection(resource).get(id), resource.noun, id)
}

/**
 * Returns the record if there is one.
 * @throws {Refusal} 404 that names the id, if there is none.
 */
export function found<Wire> (record: Wire | undefined, what: string, id: number): Wire {
  if (record === undefined) throw new Refusal(404, `there is no ${what} with id ${id}`)
  return record
}

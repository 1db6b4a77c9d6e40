import type {
  FastifyBaseLogger, FastifyInstance, FastifySchema, RawReplyDefaultExpression, RawRequestDefaultExpression,
  RawServerDefault
} from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import * as Type from 'typebox'
import type { TSchema } from 'typebox'
import { assumed, observed, Id, ref, strictObject } from '../schema/primitives.ts'
import type { Evidence } from '../schema/primitives.ts'
import type { Catalogue } from './catalogue.ts'
import { Refusal } from './refusal.ts'

declare module 'fastify' {
  interface FastifyInstance { catalogue: Catalogue }
  interface FastifyRequest {
    /** Why the request was refused, if it was. */
    reason: string
  }
  interface FastifySchema { 'x-evidence'?: Evidence }
}

/** The server as a resource's routes see it. */
export type OvocApp = FastifyInstance<
  RawServerDefault, RawRequestDefaultExpression, RawReplyDefaultExpression, FastifyBaseLogger, TypeBoxTypeProvider
>

/** Gives each operation's schema its key as its operationId. */
export function named<Schemas extends Record<string, FastifySchema>> (schemas: Schemas) {
  const entries = Object.entries(schemas).map(([operationId, schema]) => [operationId, { ...schema, operationId }])
  return Object.fromEntries(entries) as { [Id in keyof Schemas]: Schemas[Id] & { operationId: Id } }
}

/** The parameter of every path that ends in an id. */
export const IdParams = strictObject({ id: Id })

/** The query of an operation that takes none. */
export const NoQuery = strictObject({})

/** An answer with a list of whole or brief records under the list's name. */
export function listAnswer<Schema extends TSchema> (
  name: string, item: Schema & { $id?: string }, description = 'The records; whole ones with `detail=1`, else brief'
) {
  const list = strictObject({ [name]: Type.Array(ref(item)) })
  return {
    200: { description, content: { 'application/json': { schema: list } } },
    204: {
      description: 'The filter leaves nothing',
      type: 'null',
      'x-evidence': observed('a program in use takes an empty list after a filter for a failure')
    }
  }
}

/** A body that a request must have. */
export function required<Schema extends TSchema> (schema: Schema & { $id?: string }) {
  return ref(schema)
}

/** A body that may be left out. */
export function optional<Schema extends TSchema> (schema: Schema & { $id?: string }) {
  return { ...ref(schema), 'x-optional': true }
}

/** A success answer with a JSON body. */
export function answer<Schema extends TSchema> (schema: Schema & { $id?: string }, description: string) {
  return { description, content: { 'application/json': { schema: ref(schema) } } }
}

/** The success answer of a deletion. */
export const deletedAnswer = {
  200: {
    description: 'Deleted; the body is an empty object',
    'x-evidence': assumed('programs in use look at the status only'),
    content: { 'application/json': { schema: strictObject({}) } }
  }
}

/**
 * The record, or the answer that there is none.
 * @throws {Refusal} 404 that names the id.
 */
export function found<Wire> (record: Wire | undefined, what: string, id: number): Wire {
  if (record === undefined) throw new Refusal(404, `there is no ${what} with id ${id}`)
  return record
}

import type * as Compiler from '@fastify/fast-json-stringify-compiler'
import type { Serializer, SerializerFactory } from '@fastify/fast-json-stringify-compiler'
import type { FastifyInstance } from 'fastify'
import { load } from '../node.ts'
import { isControlPath, isOvocPath } from './base-paths.ts'
import { untilConnected } from './send-list.ts'

/**
 * Returns a serialiser factory for the simulator's own routes, which does without their schemas. `textOf` writes OVOC's
 * responses, so a record has the same text as in a list. The tests check that every response fits its schema, so a
 * serialiser of Fastify's could only reorder its fields, and takes long to make.
 */
export const serialiserWith = (textOf: Serializer): SerializerFactory => () => {
  return ({ url }) => isOvocPath(url) ? textOf : JSON.stringify
}

/** Fastify's own serialiser factory, for routes that a program adds. It is loaded when one has a response schema. */
export const buildSerializerOfPrograms: SerializerFactory = (sharedSchemas, options) => {
  const { SerializerSelector } = load('@fastify/fast-json-stringify-compiler') as typeof Compiler
  return SerializerSelector()(sharedSchemas, options)
}

/**
 * Makes some texts only when their response has the connection, because they may be megabytes: those of changed records
 * and of the control API. Records that are only read share one text.
 */
export function serialiseOnceConnected (app: FastifyInstance): void {
  app.addHook('onRoute', route => {
    if (route.schema?.body === undefined && !isControlPath(route.url)) return
    route.preSerialization = (_request, reply, payload, done) => {
      if (reply.raw.socket !== null) done(null, payload)
      else untilConnected(reply).then(() => done(null, payload))
    }
  })
}

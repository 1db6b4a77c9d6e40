import type * as Compiler from '@fastify/fast-json-stringify-compiler'
import type { Serializer, SerializerCompiler, SerializerFactory } from '@fastify/fast-json-stringify-compiler'
import type { FastifyInstance } from 'fastify'
import { load } from '../node.ts'
import { isControlPath, isOvocPath } from './base-paths.ts'
import { untilConnected } from './send-list.ts'

/** Fastify's serialiser factory, loaded when a route needs it. It is for the routes that a program adds. */
export const buildSerializerAtOnce: SerializerFactory = (sharedSchemas, options) => {
  const { SerializerSelector } = load('@fastify/fast-json-stringify-compiler') as typeof Compiler
  return SerializerSelector()(sharedSchemas, options)
}

/** The same, except that the first response makes each serialiser. This keeps the start fast. */
export const buildSerializer: SerializerFactory = (sharedSchemas, options) => {
  let compile: SerializerCompiler | undefined
  return definition => {
    let serialise: Serializer | undefined
    return response => {
      compile ??= buildSerializerAtOnce(sharedSchemas, options)
      serialise ??= compile(definition)
      return serialise(response)
    }
  }
}

/**
 * Returns `buildSerializer`, except that `textOf` writes OVOC's responses with 200. A record then has the same text as
 * in a list. The tests check that every response fits its schema, so a serialiser could only reorder its fields.
 */
export function serialiserWith (textOf: (record: object) => string): SerializerFactory {
  return (sharedSchemas, options) => {
    const build = buildSerializer(sharedSchemas, options)
    return definition => isOvocPath(definition.url) && definition.httpStatus === '200' ? textOf : build(definition)
  }
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

import type * as Compiler from '@fastify/fast-json-stringify-compiler'
import type { Serializer, SerializerCompiler, SerializerFactory } from '@fastify/fast-json-stringify-compiler'
import type { FastifyInstance } from 'fastify'
import { load } from '../node.ts'
import { isControlPath, isOvocPath } from './base-paths.ts'
import { itsTurn } from './send-list.ts'

/** Fastify's serialiser factory, but the first response makes each serialiser, so that a start makes none. */
export const buildSerializer: SerializerFactory = (sharedSchemas, options) => {
  let compile: SerializerCompiler | undefined
  return definition => {
    let serialise: Serializer | undefined
    return answer => {
      const { SerializerSelector } = load('@fastify/fast-json-stringify-compiler') as typeof Compiler
      compile ??= SerializerSelector()(sharedSchemas, options)
      serialise ??= compile(definition)
      return serialise(answer)
    }
  }
}

/**
 * The same, but what an OVOC answers with 200 is written as it is, a record as in a list. It fits its schema, which the
 * tests check of every response, so a serialiser could only reorder it.
 */
export function serialiserWith (textOf: (record: object) => string): SerializerFactory {
  return (sharedSchemas, options) => {
    const build = buildSerializer(sharedSchemas, options)
    return definition => isOvocPath(definition.url) && definition.httpStatus === '200' ? textOf : build(definition)
  }
}

/**
 * Makes the text of a changed record, or of what testers read, only when its response has the connection: it may be
 * megabytes. Records that are only read have a text in common.
 */
export function serialiseInTurn (app: FastifyInstance): void {
  app.addHook('onRoute', route => {
    if (route.schema?.body === undefined && !isControlPath(route.url)) return
    route.preSerialization = (_request, reply, payload, done) => {
      if (reply.raw.socket !== null) done(null, payload)
      else itsTurn(reply).then(() => done(null, payload))
    }
  })
}

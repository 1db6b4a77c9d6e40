import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { Serializer, SerializerCompiler, SerializerFactory } from '@fastify/fast-json-stringify-compiler'
import { isOvocPath } from './base-paths.ts'

/** Fastify's serialiser factory, but each serialiser is made when the first answer needs it, so that a start makes none. */
export const buildSerializer: SerializerFactory = (sharedSchemas, options) => {
  let compile: SerializerCompiler | undefined
  return definition => {
    let serialise: Serializer | undefined
    return answer => {
      compile ??= SerializerSelector()(sharedSchemas, options)
      serialise ??= compile(definition)
      return serialise(answer)
    }
  }
}

/** The same, but what an OVOC answers with 200 is written as it is, a record as in a list: since it fits its schema, as the tests check of every answer, a serialiser could only reshape it. */
export function serialiserWith (textOf: (record: object) => string): SerializerFactory {
  return (sharedSchemas, options) => {
    const build = buildSerializer(sharedSchemas, options)
    return definition => isOvocPath(definition.url) && definition.httpStatus === '200' ? textOf : build(definition)
  }
}

import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { Serializer, SerializerCompiler, SerializerFactory } from '@fastify/fast-json-stringify-compiler'

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

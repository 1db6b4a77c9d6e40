import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { Serializer, SerializerCompiler, SerializerFactory } from '@fastify/fast-json-stringify-compiler'
import { isOvocPath } from './doors.ts'

/**
 * Fastify's serialiser factory, but each serialiser is made when the first answer needs it, so that a start makes none,
 * and the text of an OVOC's answer is made once as long as the answer is the same object: a record that changes is another one.
 */
export const buildSerializer: SerializerFactory = (sharedSchemas, options) => {
  let compile: SerializerCompiler | undefined
  return definition => {
    let serialise: Serializer | undefined
    const made: Serializer = answer => {
      compile ??= SerializerSelector()(sharedSchemas, options)
      serialise ??= compile(definition)
      return serialise(answer)
    }
    return isOvocPath(definition.url) && definition.httpStatus === '200' ? once(made) : made
  }
}

function once (serialise: Serializer): Serializer {
  const texts = new WeakMap<object, string>()
  return answer => {
    const known = texts.get(answer)
    if (known !== undefined) return known
    const text = serialise(answer)
    texts.set(answer, text)
    return text
  }
}

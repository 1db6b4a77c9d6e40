import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { Serializer, SerializerCompiler, SerializerFactory } from '@fastify/fast-json-stringify-compiler'
import { RecordTexts } from '../dataset/record-texts.ts'
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
    if (!isOvocPath(definition.url) || definition.httpStatus !== '200') return made
    const texts = new RecordTexts(made)
    return answer => texts.of(answer)
  }
}

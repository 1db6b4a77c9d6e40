import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isPlainObject, measure, parseJson } from '../schema/parse-json.ts'
import type { MalformedJson } from '../schema/parse-json.ts'
import { maxLevels } from '../schema/describe-problems.ts'
import { quote } from '../schema/quote.ts'
import { Refusal } from './refusal.ts'
import { untilConnected } from './send-list.ts'

/** The largest body that the server accepts, in bytes. Assumed: no public source gives OVOC's limit. */
export const maxBody = 1024 * 1024

/**
 * The most fields and items that a body may have. The limit keeps every check short. 1 MiB of records has about as
 * many.
 */
const maxFieldsAndItems = 40_000

/**
 * The most fields that an object in a body may have, and the most parameters of a form. Records have far fewer, and
 * many names take long to read.
 */
export const maxFields = 1000

declare module 'fastify' {
  interface FastifyRequest {
    /** Why the body can't be accepted. A rule may still respond. */
    bodyProblem: Error | undefined
  }
}

/**
 * The longest body, in bytes, of a pipelined request that is read before the response has the connection. A client may
 * pipeline many, and what is parsed takes twenty times the memory.
 */
const maxEarlyBody = 16_384

/**
 * Reads bodies: JSON objects in UTF-8 only. An empty body counts as none. For any other body it sets `bodyProblem`, and
 * also for every body of an operation that accepts none.
 */
export function readJsonBodies (app: FastifyInstance): void {
  app.decorateRequest('bodyProblem', undefined)
  app.addHook('onRequest', ({ headers }, reply, done) => {
    const { 'transfer-encoding': coding, 'content-length': length = coding && Infinity } = headers
    if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked') done(unknownCoding)
    else if (reply.raw.socket !== null || !(Number(length) > maxEarlyBody)) done()
    // Until this one is read, Node reads nothing after it.
    else untilConnected(reply).then(() => done())
  })

  app.removeAllContentTypeParsers()
  for (const [type, read] of [['application/json', readJson], ['*', readOther]] as const) {
    app.addContentTypeParser(type, { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
      if (body.length === 0) return undefined
      if (isUtf8(body)) request.bodyText = body.toString()
      try {
        return read(request, body)
      } catch (error) {
        request.bodyProblem = error as Error
      }
    })
  }
}

// Source: RFC 9112, section 6.1. The end of the body is unknown, so the server can read nothing after it.
const unknownCoding = new Refusal(501, 'the only transfer coding that is known here is chunked', {
  headers: { connection: 'close' }
})

/** @throws {Refusal} */
function readJson (request: FastifyRequest, body: Buffer): object | undefined {
  if (takesNoBody(request)) {
    // Some clients send an empty object if they have nothing to send.
    if (/^\s*\{\s*\}\s*$/.test(body.toString('latin1', 0, 100))) return undefined
    throw needless
  }

  const { headers } = request
  const charset = /charset="?([^";]+)/i.exec(headers['content-type'] as string)?.[1] ?? 'utf-8'
  if (!/^utf-?8$/i.test(charset.trim())) {
    throw new Refusal(415, `the body must be in UTF-8, got charset ${quote(charset)}`)
  }
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') {
    throw new Refusal(415, `the body must not be encoded, got Content-Encoding ${quote(encoding)}`)
  }
  if (!isUtf8(body)) throw new Refusal(400, 'the body is not UTF-8')

  const text = request.bodyText
  // The text is measured first, because parsing takes long.
  const measured = measure(text)
  const { commas, levels, fields } = measured
  if (commas >= maxFieldsAndItems) {
    throw new Refusal(400, `the body must hold at most ${maxFieldsAndItems} fields and items, got ${commas + 1}`)
  }
  if (levels > maxLevels) {
    throw new Refusal(400, `the body must be nested no more than ${maxLevels} levels deep, got ${levels}`)
  }
  if (fields > maxFields) {
    throw new Refusal(400, `an object in the body must have at most ${maxFields} fields, got ${fields}`)
  }

  let object: unknown
  try {
    object = parseJson(text, measured)
  } catch (error) {
    throw new Refusal(400, `the body is ${(error as MalformedJson).message}`)
  }
  if (!isPlainObject(object)) {
    // If the whole body is a string, it may be a secret.
    const got = typeof object === 'string' ? 'a string' : quote(object)
    throw new Refusal(400, `the body must be a JSON object, got ${got}`)
  }
  return object
}

/** @throws {Refusal} */
function readOther (request: FastifyRequest): never {
  if (takesNoBody(request)) throw needless
  const type = request.headers['content-type']
  const got = type === undefined ? 'no Content-Type' : quote(type)
  throw new Refusal(415, `the body must be application/json, got ${got}`)
}

/**
 * Counts the body of a request as stored, until the returned function is called. Many requests may wait at once, and
 * their number has no limit.
 * @throws {StorageFull}
 */
export function holdBody ({ body, bodyText, sandbox: { storage } }: FastifyRequest): () => void {
  const isObject = typeof body === 'object' && body !== null
  return storage.hold(2 * bodyText.length + (isObject ? storage.sizeOf(body) : 0))
}

/** The error for a body that the operation does not accept. */
export const needless = new Refusal(400, 'this request takes no body')

/** Returns whether the operation of a request accepts no body. For a route without a schema this is unknown. */
export function takesNoBody ({ routeOptions: { schema } }: FastifyRequest): boolean {
  return schema?.operationId !== undefined && schema.body === undefined
}

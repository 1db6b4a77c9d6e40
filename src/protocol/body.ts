import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { parseJson } from '../schema/parse-json.ts'
import type { MalformedJson } from '../schema/parse-json.ts'
import { nestingProblems } from '../schema/describe-problems.ts'
import { quote } from '../schema/quote.ts'
import { isControlPath } from './base-paths.ts'
import { Refusal, refuseProblems } from './refusal.ts'

/** The largest body that is read, in bytes. Assumed: no public source gives OVOC's limit. */
export const largestBody = 1024 * 1024

/** Reads bodies: JSON objects in UTF-8 only, an empty body counts as none, anything else is refused, and every body where an operation takes none. */
export function readJsonBodies (app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    if (body.length === 0) return undefined
    refuseNeedless(request)
    request.bodyText = decode(request, body)
    const object = parseObject(request.bodyText)
    if (isControlPath(request.url)) refuseProblems(nestingProblems(object))
    return object
  })
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    if (body.length === 0) return undefined
    refuseNeedless(request)
    const type = request.headers['content-type']
    throw new Refusal(415, `the body must be application/json, got ${type === undefined ? 'no Content-Type' : quote(type)}`)
  })
}

function refuseNeedless (request: FastifyRequest): void {
  if (takesNoBody(request)) throw needless
}

/** What is wrong with a body where none is taken. */
export const needless = new Refusal(400, 'this request takes no body')

/** Whether a request is for an operation without a body; of a route without a schema it is not known what it takes. */
export function takesNoBody ({ routeOptions: { schema } }: FastifyRequest): boolean {
  return schema?.operationId !== undefined && schema.body === undefined
}

function decode ({ headers }: FastifyRequest, body: Buffer): string {
  const charset = /charset="?([^";]+)/i.exec(headers['content-type'] as string)?.[1] ?? 'utf-8'
  if (!/^utf-?8$/i.test(charset.trim())) throw new Refusal(415, `the body must be in UTF-8, got charset ${quote(charset)}`)
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') throw new Refusal(415, `the body must not be encoded, got Content-Encoding ${quote(encoding)}`)
  if (!isUtf8(body)) throw new Refusal(400, 'the body is not UTF-8')
  return body.toString()
}

function parseObject (text: string): object {
  const body = parseOrRefuse(text)
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body
  throw new Refusal(400, `the body must be a JSON object, got ${quote(body)}`)
}

function parseOrRefuse (text: string): unknown {
  try {
    return parseJson(text)
  } catch (error) {
    throw new Refusal(400, `the body is not JSON: ${(error as MalformedJson).message}`)
  }
}

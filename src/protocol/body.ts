import type { FastifyInstance, FastifyRequest } from 'fastify'
import { MalformedJson, parseJson } from '../schema/parse-json.ts'
import { quote } from '../schema/quote.ts'
import { Refusal } from './refusal.ts'

/** The largest body that is read, in bytes. Assumed: no public source gives OVOC's limit. */
export const largestBody = 1024 * 1024

/** Reads bodies: JSON objects only, an empty body counts as none, anything else is refused. */
export function readJsonBodies (app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, async (_request: FastifyRequest, text: string) => {
    return text === '' ? undefined : parseObject(text)
  })
  app.addContentTypeParser('*', { parseAs: 'string' }, async (request: FastifyRequest, text: string) => {
    if (text === '') return undefined
    const type = request.headers['content-type']
    throw new Refusal(415, `the body must be application/json, got ${type === undefined ? 'no Content-Type' : quote(type)}`)
  })
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

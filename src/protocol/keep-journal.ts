import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { elapsedMilliseconds, presentInstant } from '../sandbox/clock.ts'
import type { Instant } from '../sandbox/clock.ts'
import type { Arrivals } from '../sandbox/journal.ts'
import type { RecordedRequest } from '../sandbox/journal-entry.ts'
import { isSimulatorsPath } from './base-paths.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** When the request arrived. It is undefined once the request is recorded, or if it is never recorded. */
    arrived: Arrival | undefined
    /** The text of the body, for the journal. Every body parser sets it, unless the body is not UTF-8. */
    bodyText: string
  }
}

/** When a request arrived. Once its sandbox is entered, the journal there expects it. */
interface Arrival extends Instant { among: Arrivals | undefined }

/** Notes when requests arrive. Records requests whose connection is closed before the response, on purpose or not. */
export function noteArrivals (app: FastifyInstance, isOn: boolean): void {
  app.decorateRequest('arrived', undefined)
  app.decorateRequest('bodyText', '')
  if (!isOn) return
  app.addHook('onRequest', (request, reply, done) => {
    if (isSimulatorsPath(request.url)) return done()
    const { date, elapsed } = presentInstant()
    request.arrived = { date, elapsed, among: undefined }
    reply.raw.on('close', () => {
      const { arrived } = request
      if (arrived === undefined) return
      const entry = takeEntry(request, arrived)
      entry.reason ||= 'the connection was closed before the response'
      request.sandbox.journal.add(entry, arrived.among)
    })
    done()
  })
}

/** Records each request before its response is sent. A client that has a response finds its request in the journal. */
export function keepJournal (app: FastifyInstance, isOn: boolean): void {
  if (!isOn) return
  app.addHook('onSend', (request, reply, payload, done) => {
    const { arrived, sandbox: { journal } } = request
    if (arrived === undefined) return done()
    const entry = takeEntry(request, arrived, reply)

    // The bytes of a stream are counted as they pass. The entry is added before the end of the response is sent.
    if (payload instanceof Readable) {
      const counted = Readable.from((async function * () {
        for await (const chunk of payload) {
          entry.bytes += Buffer.byteLength(chunk)
          yield chunk
        }
        journal.add(entry, arrived.among)
      })())
      counted.once('close', () => {
        if (entry.id !== 0) return
        entry.reason ||= 'the connection was closed before the end of the response'
        journal.add(entry, arrived.among)
      })
      return done(null, counted)
    }

    // Fastify sets the length later. It does so even for an empty response, if its status allows a body.
    const { status, method } = entry
    const isWithoutLength = status === 204 || status === 304 || method === 'HEAD'
    const text = payload ?? (isWithoutLength ? undefined : '')
    if (typeof text === 'string') {
      entry.responseHeaders['content-length'] ??= String(Buffer.byteLength(text))
      if (method !== 'HEAD') entry.responseBody = text
    }
    journal.add(entry, arrived.among)
    done()
  })
}

/** Records a request whose response ends after a part of its body. */
export function recordPart (reply: FastifyReply, part: Buffer): void {
  const { request, request: { arrived } } = reply
  if (arrived === undefined) return
  const entry = takeEntry(request, arrived, reply)
  entry.bytes = part.length
  request.sandbox.journal.add(entry, arrived.among)
}

/** Returns the entry of a request, with its response if there is one. The request is not recorded again after that. */
function takeEntry (request: FastifyRequest, arrived: Instant, reply?: FastifyReply): RecordedRequest {
  request.arrived = undefined
  const { schema } = request.routeOptions
  return {
    id: 0,
    isRefused: request.entered === undefined || request.isStranger,
    size: 0,
    time: request.sandbox.clock.at(arrived),
    operation: schema?.operationId,
    resource: schema?.tags?.[0],
    method: request.method,
    originalUrl: request.originalUrl,
    // For an unknown path the router has no parameters, only the rest of the path.
    params: request.is404 ? {} : request.params as object,
    query: request.query as object,
    headers: request.headers,
    body: request.bodyText,
    status: reply?.statusCode ?? null,
    responseHeaders: reply?.getHeaders() ?? {},
    responseBody: '',
    bytes: 0,
    milliseconds: elapsedMilliseconds() - arrived.elapsed,
    reason: request.reason
  }
}

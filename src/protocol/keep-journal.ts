import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { elapsedMilliseconds, presentInstant } from '../sandbox/clock.ts'
import type { Instant } from '../sandbox/clock.ts'
import type { RecordedRequest } from '../sandbox/journal-entry.ts'
import { isSimulatorsPath } from './base-paths.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** When it arrived; undefined once it is in the journal, and when it is not to be. */
    arrived: Instant | undefined
    /** The text of its body, for the journal; whatever reads a body sets it. */
    bodyText: string
  }
}

/** Notes when requests arrive, and records those whose connection is closed before they are answered, on purpose or not. */
export function noteArrivals (app: FastifyInstance, isOn: boolean): void {
  app.decorateRequest('arrived', undefined)
  app.decorateRequest('bodyText', '')
  if (!isOn) return
  app.addHook('onRequest', (request, reply, done) => {
    if (!isSimulatorsPath(request.url)) {
      request.arrived = presentInstant()
      reply.raw.on('close', () => { if (request.arrived !== undefined) recordUnanswered(request, request.arrived) })
    }
    done()
  })
}

/** Records requests with their answers, so that whoever has an answer finds it in the journal. */
export function keepJournal (app: FastifyInstance, isOn: boolean): void {
  app.addHook('preClose', done => {
    for (const { journal } of app.sandboxes.values()) journal.close('the server closes')
    done()
  })
  if (!isOn) return
  app.addHook('onSend', (request, reply, payload, done) => {
    const { arrived } = request
    if (arrived === undefined) return done()
    const entry = answered(request, reply, arrived)
    if (payload instanceof Readable) return done(null, recordAtEnd(request, entry, payload))
    noteBody(entry, payload)
    request.sandbox.journal.add(entry)
    done()
  })
}

/** Records a request of whose answer only a part of the body is about to be sent. */
export function recordPart (request: FastifyRequest, reply: FastifyReply, part: Buffer): void {
  if (request.arrived === undefined) return
  const entry = answered(request, reply, request.arrived)
  entry.bytes = part.length
  request.sandbox.journal.add(entry)
}

// Fastify tells the length later, also of an answer without a body where it could have one.
function noteBody (entry: RecordedRequest, payload: unknown): void {
  const text = payload ?? (isWithoutLength(entry) ? undefined : '')
  if (typeof text !== 'string') return
  entry.answerHeaders['content-length'] ??= String(Buffer.byteLength(text))
  if (entry.method !== 'HEAD') entry.answerBody = text
}

function isWithoutLength ({ status, method }: RecordedRequest): boolean {
  return status === 204 || status === 304 || method === 'HEAD'
}

function recordUnanswered (request: FastifyRequest, arrived: Instant): void {
  const entry = takeEntry(request, arrived)
  entry.reason ||= 'the connection was closed before the answer'
  request.sandbox.journal.add(entry)
}

function answered (request: FastifyRequest, reply: FastifyReply, arrived: Instant): RecordedRequest {
  const entry = takeEntry(request, arrived)
  entry.status = reply.statusCode
  entry.answerHeaders = reply.getHeaders()
  return entry
}

/** Makes the entry of a request, which then is not recorded again. */
function takeEntry (request: FastifyRequest, arrived: Instant): RecordedRequest {
  request.arrived = undefined
  const { schema } = request.routeOptions
  return {
    id: 0,
    size: 0,
    time: request.sandbox.clock.at(arrived),
    operation: schema?.operationId,
    resource: schema?.tags?.[0],
    method: request.method,
    originalUrl: request.originalUrl,
    // The router's name for the rest of a path that it does not know says nothing.
    params: request.is404 ? {} : request.params as object,
    query: request.query as object,
    headers: request.headers,
    body: request.bodyText,
    status: null,
    answerHeaders: {},
    answerBody: '',
    bytes: 0,
    milliseconds: elapsedMilliseconds() - arrived.elapsed,
    reason: request.reason
  }
}

// The bytes are counted as they pass; the entry is there before the end of the answer leaves.
function recordAtEnd ({ sandbox }: FastifyRequest, entry: RecordedRequest, payload: Readable): Readable {
  const counted = Readable.from(countBytes(payload, entry, () => sandbox.journal.add(entry)))
  counted.once('close', () => {
    if (entry.id !== 0) return
    entry.reason ||= 'the connection was closed before the end of the answer'
    sandbox.journal.add(entry)
  })
  return counted
}

async function * countBytes (payload: Readable, entry: RecordedRequest, atEnd: () => void): AsyncGenerator<string | Buffer> {
  for await (const chunk of payload) {
    entry.bytes += Buffer.byteLength(chunk)
    yield chunk
  }
  atEnd()
}

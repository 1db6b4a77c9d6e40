import { Readable } from 'node:stream'
import * as Type from 'typebox'
import type { Static } from 'typebox'
import { clearTimeout, nextTurn, setTimeout } from '../node.ts'
import type { Catalogue } from '../protocol/catalogue.ts'
import { readingsOf } from '../protocol/list-query.ts'
import { IdParams, doneResponse, jsonResponse } from '../protocol/operations.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { problemResponses } from '../protocol/problem.ts'
import { Refusal } from '../protocol/refusal.ts'
import { sendLists } from '../protocol/send-list.ts'
import { elapsedMilliseconds, inTurns, turn } from '../sandbox/clock.ts'
import type { Entry } from '../sandbox/journal-entry.ts'
import { MatchSchema } from '../sandbox/match.ts'
import type { Match } from '../sandbox/match.ts'
import type { Journal, Once } from '../sandbox/journal.ts'
import { describeProblems, maxLevels } from '../schema/describe-problems.ts'
import { measure, parseJson } from '../schema/parse-json.ts'
import { Id, ref, strictObject } from '../schema/primitives.ts'
import { quote } from '../schema/quote.ts'
import { validatorOf } from '../schema/validators.ts'
import { instantShape, readInstant } from './clock-routes.ts'
import { RequestMatchSchema, isMatching, refuseCrowd } from './expectation-routes.ts'
import { matchProblems } from './match-problems.ts'
import {
  EntrySchema, RecordedRequestSchema, SandboxDroppedSchema, entriesStillIn, factsOfEntry, isRequest, readBriefly,
  readEntry
} from './read-entry.ts'

const EntryListSchema = strictObject({ requests: Type.Array(ref(EntrySchema)) }, { $id: 'JournalEntryList' })

const { operation, status, path, method } = RequestMatchSchema.properties
const filters = {
  operation,
  status,
  path,
  method,
  match: Type.Optional(Type.String({
    description: 'More conditions as the JSON of a Match, such as {"params":{"id":85844}}'
  })),
  since: Type.Optional(Type.String({
    description: "An instant by the sandbox's clock, to get entries from then on. " +
      'Or the id of an entry, to get later ones'
  }))
}

const StreamQuery = strictObject({
  ...filters,
  brief: Type.Optional(Type.Boolean({
    description: 'Sends entries without parameters, headers and bodies, several at a time. A reader that is too slow ' +
      'misses some. This is for pages that show each request in a row'
  }))
})

const EntryQuery = strictObject({
  ...filters,
  limit: Type.Optional({ ...Id, description: 'How many entries at most; the last ones are returned' })
})

/** Adds the routes that list, stream and forget the requests to a sandbox. */
export function requestRoutes (app: OvocApp): void {
  const schemas = [RecordedRequestSchema, SandboxDroppedSchema, EntrySchema, EntryListSchema]
  for (const schema of schemas) app.addSchema(schema)

  app.get('/requests', {
    schema: {
      operationId: 'listRequests',
      summary: 'List the last requests, oldest first',
      querystring: EntryQuery,
      response: { 200: jsonResponse(EntryListSchema, 'The requests') }
    }
  }, async ({ sandbox: { journal }, query: { limit, ...filter }, url }, reply) => {
    const { after = 0, keeps } = readFilter(filter, url, app.catalogue)
    const found: Entry[] = []
    for await (const entry of inTurns(journal.after(after))) if (keeps(entry)) found.push(entry)
    const last = found.slice(-(limit ?? found.length))
    return sendLists(reply, [['requests', entriesStillIn(journal, last, readEntry)]])
  })

  app.get('/requests/:id', {
    schema: {
      operationId: 'getRequest',
      summary: 'Read one request',
      params: IdParams,
      response: { 200: jsonResponse(EntrySchema, 'The request'), ...problemResponses(404) }
    }
  }, ({ sandbox: { journal }, params: { id } }) => {
    const entry = journal.get(id)
    if (entry !== undefined) return readEntry(entry)
    const { first, last } = journal
    const held = first === undefined ? 'which is empty' : `which holds those from ${first} to ${last}`
    throw new Refusal(404, `there is no request ${id} in the journal, ${held}`)
  })

  app.get('/requests/stream', {
    config: { sandboxUse: 'open' },
    exposeHeadRoute: false,
    schema: {
      operationId: 'streamRequests',
      summary: 'Follow the requests as they come, as server-sent events',
      description: "Each event has the entry's id, and the entry as data. Its name is request, or the entry's event. " +
        'A reader that reconnects with the header Last-Event-ID, as browsers do, gets the entries that it missed.',
      querystring: StreamQuery,
      headers: Type.Object({
        'last-event-id': Type.Optional(Type.String({
          description: 'The id of the last entry that the reader has; it takes precedence over since'
        }))
      }),
      response: {
        200: {
          description: 'The events; the stream ends when the sandbox does',
          content: { 'text/event-stream': { schema: Type.Unsafe<Readable>({ type: 'string' }) } }
        },
        ...problemResponses(429)
      }
    }
  }, async ({ sandbox: { journal }, query: { brief = false, ...query }, headers, url }, reply) => {
    const filter = readFilter(query, url, app.catalogue)
    refuseCrowd(journal)
    // An id above the last one is from before a reset. All entries since the reset are new.
    const { 'last-event-id': last = '' } = headers
    if (entryId.test(last)) filter.after = Number(last) > journal.last ? 0 : Number(last)
    reply.type('text/event-stream').header('cache-control', 'no-store')
    return reply.send(streamEntries(journal, filter, brief))
  })

  app.delete('/requests', {
    schema: {
      operationId: 'forgetRequests',
      summary: 'Forget all requests; the ids of later ones go on',
      response: doneResponse
    }
  }, ({ sandbox: { journal } }) => {
    journal.clear()
    return {}
  })
}

const validateMatch = validatorOf(MatchSchema)

const entryId = /^\d{1,15}$/

/**
 * Reads the query of a list or a stream.
 * @returns `keeps` says which entries are wanted. If the query has `since`, they have ids above `after`.
 * @throws {Refusal} 400 that names conditions that no entry can meet.
 */
function readFilter (
  { since, match: text, ...fields }: Omit<Static<typeof StreamQuery>, 'brief'>, url: string, catalogue: Catalogue
) {
  let further: unknown = {}
  let ofSchema: string[] = []
  if (text !== undefined) {
    const measured = measure(text)
    if (measured.levels > maxLevels) {
      const problem = `match must be nested no more than ${maxLevels} levels deep, got ${measured.levels}`
      throw new Refusal(400, `the query is not valid: ${problem}`)
    }
    try {
      further = parseJson(text, measured)
    } catch (error) {
      throw new Refusal(400, `the query is not valid: match is ${(error as Error).message}`)
    }
    if (!validateMatch(further)) ofSchema = describeProblems(validateMatch.errors).map(problem => `match${problem}`)
  }
  const match = { ...further as Match, ...fields }
  const { status: _, ...conditions } = match
  const ofMatch = ofSchema.length > 0 ? [] : matchProblems(conditions, catalogue)
  const problems = [...ofSchema, ...ofMatch.map(problem => problem.replace(/^\/match/, ''))]

  // `since` is an id or an instant. A plus in an instant stays a plus, although forms read it as a space.
  let after: number | undefined
  let from = -Infinity
  if (since !== undefined && entryId.test(since)) after = Number(since)
  else if (since !== undefined) {
    after = 0
    const [instant] = readingsOf(url, 'since').map(readInstant)
    from = Number(instant)
    if (instant === undefined) {
      problems.push(`/since must be the id of an entry or ${instantShape}, got ${quote(since)}`)
    }
  }
  if (problems.length > 0) throw new Refusal(400, `the query is not valid: ${problems.join('; ')}`, { problems })

  // A note meets no condition for requests.
  const isForRequests = Object.keys(match).length > 0
  return {
    after,
    keeps (entry: Entry, once: Once = anew) {
      if (entry.time < from) return false
      return isRequest(entry) ? isMatching(entry, match, once(factsOfEntry, entry)) : !isForRequests
    }
  }
}

const anew: Once = (make, entry) => make(entry)

/** How often a comment is sent, in milliseconds, so that proxies do not close an idle connection. */
const heartbeat = 15_000

/** How many bytes are pushed into a stream at once, and how many milliseconds a brief stream gathers entries. */
const maxPushLength = 65_536
const gathering = 50

/**
 * Returns a stream of journal entries as server-sent events: those after the filter's id if it has one, otherwise new
 * ones. The journal itself is the buffer. A reader that is too slow for it would miss entries, so it is disconnected.
 * @param isBrief whether entries are gathered and sent in brief. A slow reader then misses entries instead.
 */
function streamEntries (
  journal: Journal, { after = journal.last, keeps }: ReturnType<typeof readFilter>, isBrief: boolean
): Readable {
  let seen = Math.max(after, journal.lastForgotten)
  // Whether the reader has everything so far, and gets the next entry as it is added.
  let isWaiting = false
  // Whether the last walk over entries took so long that other requests must have their turn before the next one.
  let isLong = false
  let isOver = false
  let timer: NodeJS.Timeout | undefined
  let events: Buffer[] = []
  let bytes = 0

  const gather = (entry: Entry, once: Once) => {
    seen = entry.id
    if (!keeps(entry, once)) return
    const event = once(isBrief ? briefEventOf : eventOf, entry)
    events.push(event)
    bytes += event.length
  }
  const send = () => {
    clearTimeout(timer)
    timer = undefined
    isWaiting = false
    const [first, ...others] = events
    const gathered = others.length === 0 ? first : Buffer.concat(events)
    events = []
    bytes = 0
    stream.push(gathered)
  }
  const advance = () => {
    if (isOver) return
    isWaiting = isLong = false
    const began = elapsedMilliseconds()
    for (const entry of journal.after(seen)) {
      gather(entry, anew)
      isLong = elapsedMilliseconds() - began > turn
      if (isLong || bytes >= maxPushLength) break
    }
    if (events.length > 0) send()
    else if (isLong) advanceLater()
    else {
      seen = journal.last
      isWaiting = true
    }
  }
  const advanceLater = () => { nextTurn().then(advance).catch(error => stream.destroy(error)) }
  const end = () => {
    isOver = true
    clearTimeout(timer)
    clearInterval(pulse)
    stop()
  }
  const stream = new Readable({
    read: () => isLong ? advanceLater() : advance(),
    destroy: (error, done) => { end(); done(error) }
  })
  const pulse = setInterval(() => stream.push(comment), heartbeat)
  const stop = journal.watch({
    added (entry, once) {
      if (!isBrief && seen < journal.lastForgotten) {
        stream.destroy(new Error('a reader of the stream of requests was too slow'))
      }
      if (!isWaiting) return
      // All readers that wait share the work.
      gather(entry, once)
      if (events.length === 0) return
      if (isBrief && bytes < maxPushLength) timer ??= setTimeout(send, gathering)
      else send()
    },
    emptied () {
      seen = journal.last
      events = []
      bytes = 0
    },
    closed () {
      end()
      stream.push(null)
    },
    failed: error => stream.destroy(error)
  })
  // The first comment shows the reader that the stream is open.
  stream.push(comment)
  return stream
}

const comment = ':\n\n'

/** The longest body that the stream shows, in characters. Each reader that does not read may hold two. */
const maxStreamedBody = 16_384

function readForStream (entry: Entry): object {
  const read = readEntry(entry)
  if (!isRequest(entry) || 'event' in read) return read
  const shown = (text: string, body: unknown) => text.length <= maxStreamedBody
    ? body
    : `(withheld: ${Buffer.byteLength(text)} bytes, more than the stream shows of a body; read the request by its id)`
  const { response } = read
  return {
    ...read,
    body: shown(entry.body, read.body),
    response: { ...response, body: shown(entry.responseBody, response.body) }
  }
}

// Returns bytes, so all readers can share them.
function eventOf (entry: Entry, read: (entry: Entry) => object = readForStream): Buffer {
  const event = isRequest(entry) ? 'request' : entry.event
  return Buffer.from(`id: ${entry.id}\nevent: ${event}\ndata: ${JSON.stringify(read(entry))}\n\n`)
}

function briefEventOf (entry: Entry): Buffer {
  return eventOf(entry, readBriefly)
}

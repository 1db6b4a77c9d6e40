import Type from 'typebox'
import { Readable } from 'node:stream'
import { IdParams, answer, required } from '../protocol/operations.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { problemAnswers, problemType } from '../protocol/problem.ts'
import { Refusal } from '../protocol/refusal.ts'
import { everything, sendList } from '../protocol/send-list.ts'
import { checkBody } from '../protocol/validation.ts'
import type { Entry } from '../sandbox/journal-entry.ts'
import type { Journal } from '../sandbox/journal.ts'
import { ref } from '../schema/primitives.ts'
import { expectationProblems, holds, meantIn, readExpectation, tallyOf, countUntilDecided } from './expectation.ts'
import { readEntry, readRequest, isRequest } from './read-entry.ts'
import { continued, readFilter } from './request-filter.ts'
import { AwaitedSchema, EntryListSchema, EntryQuery, EntrySchema, FilterQuery, MismatchSchema, VerificationSchema, VerifiedSchema, WaitSchema, requestShapes } from './request-shapes.ts'
import { doneAnswer } from './shapes.ts'
import { mismatchProblem } from './mismatch-problem.ts'
import type { EntryFilter } from './request-filter.ts'

const mismatchAnswer = { 409: { description: 'The number of requests is not the expected one', content: { [problemType]: { schema: ref(MismatchSchema) } } } }

/** The routes by which a tester reads what a sandbox was asked, and says what it should have been. */
export function requestRoutes (app: OvocApp): void {
  for (const schema of requestShapes) app.addSchema(schema)

  app.get('/requests', {
    schema: {
      operationId: 'listRequests',
      summary: 'List the last requests, oldest first',
      querystring: EntryQuery,
      response: { 200: answer(EntryListSchema, 'The requests') }
    }
  }, async ({ sandbox: { journal }, query: { limit, ...filter }, url }, reply) => {
    const { after = 0, keeps } = readFilter(filter, url, app.catalogue)
    const entries = [...journal.after(after)].filter(keeps)
    return sendList(reply, 'requests', readAll(entries.slice(-(limit ?? entries.length))), everything)
  })

  app.get('/requests/:id', {
    schema: {
      operationId: 'getRequest',
      summary: 'Read one request',
      params: IdParams,
      response: { 200: answer(EntrySchema, 'The request'), ...problemAnswers(404) }
    }
  }, ({ sandbox: { journal }, params: { id } }) => readEntry(find(journal, id)))

  app.get('/requests/stream', {
    config: { sandboxUse: 'open' },
    exposeHeadRoute: false,
    schema: {
      operationId: 'streamRequests',
      summary: 'Follow the requests as they come, as server-sent events',
      description: 'Each event is called request, or as the event that the entry notes, has the entry\'s id and the entry as data. A reader that reconnects with the header Last-Event-ID, as browsers do, gets what it missed.',
      querystring: FilterQuery,
      headers: Type.Object({ 'last-event-id': Type.Optional(Type.String({ description: 'The id of the last entry that the reader has; it goes before since' })) }),
      response: { 200: { description: 'The events; they end with the sandbox', content: { 'text/event-stream': { schema: Type.Unsafe<Readable>({ type: 'string' }) } } } }
    }
  }, async ({ sandbox: { journal }, query, headers, url }, reply) => {
    const filter = continued(readFilter(query, url, app.catalogue), headers['last-event-id'], journal)
    return reply.type('text/event-stream').header('cache-control', 'no-store').send(streamEntries(journal, filter))
  })

  app.delete('/requests', {
    schema: {
      operationId: 'forgetRequests',
      summary: 'Forget all requests; the ids of later ones go on',
      response: doneAnswer
    }
  }, ({ sandbox: { journal } }) => {
    journal.clear()
    return {}
  })
  app.post('/requests/verify', {
    attachValidation: true,
    config: { sandboxUse: 'read' },
    schema: {
      operationId: 'verifyRequests',
      summary: 'Check how many requests there were',
      body: required(VerificationSchema),
      response: { 200: answer(VerifiedSchema, 'As many as expected'), ...mismatchAnswer }
    }
  }, request => {
    checkBody(request, ofSchema => expectationProblems(request.body, ofSchema, app.catalogue))
    const expectation = readExpectation(request.body)
    const { journal } = request.sandbox
    const tally = tallyOf(journal, expectation)
    if (journal.isOff || !holds(expectation, tally)) throw mismatchProblem(journal, expectation, tally)
    return { count: tally.count }
  })

  app.post('/requests/wait', {
    attachValidation: true,
    schema: {
      operationId: 'waitForRequests',
      summary: 'Wait until there are as many requests as expected',
      body: required(WaitSchema),
      response: { 200: answer(AwaitedSchema, 'As many as expected'), ...mismatchAnswer }
    }
  }, async (request, reply) => {
    checkBody(request, ofSchema => expectationProblems(request.body, ofSchema, app.catalogue))
    const { timeout = 5000, ...verification } = request.body
    const expectation = readExpectation(verification)
    const { journal } = request.sandbox
    const { tally, ending, last } = await countUntilDecided(journal, expectation, timeout, reply.raw)
    if (journal.isOff || !holds(expectation, tally)) throw mismatchProblem(journal, expectation, tally, ending)
    return { count: tally.count, requests: meantIn(journal, expectation.match).filter(({ id }) => id <= last).map(readRequest) }
  })
}

function * readAll (entries: Entry[]): Generator<object> {
  for (const entry of entries) yield readEntry(entry)
}

function find (journal: Journal, id: number): Entry {
  const entry = journal.get(id)
  if (entry !== undefined) return entry
  const held = journal.first === undefined ? 'which is empty' : `which holds those from ${journal.first} to ${journal.last}`
  throw new Refusal(404, `there is no request ${id} in the journal, ${held}`)
}

/** How often a sign of life is sent, so that no proxy takes the connection for dead, in milliseconds. */
const heartbeat = 15_000

/**
 * The entries of a journal as server-sent events, as they come: after an id when the filter says so, else from now on.
 * The journal itself is the buffer: a reader for whom it is too small is disconnected, since it would miss some.
 */
export function streamEntries (journal: Journal, { after = journal.last, keeps }: EntryFilter): Readable {
  let seen = Math.max(after, journal.lastForgotten)
  let isWaiting = false

  const advance = () => {
    const entry = nextOf(journal, seen, keeps)
    seen = entry?.id ?? journal.last
    isWaiting = entry === undefined
    if (entry !== undefined) stream.push(eventOf(entry))
  }
  const end = () => {
    clearInterval(pulse)
    stop()
  }
  const stream = new Readable({ read: advance, destroy: (error, done) => { end(); done(error) } })
  const pulse = setInterval(() => stream.push(comment), heartbeat)
  const stop = journal.watch({
    added () {
      if (seen < journal.lastForgotten) stream.destroy(new Error('a reader of the stream of requests was too slow'))
      else if (isWaiting) advance()
    },
    emptied () { seen = journal.last },
    closed () {
      end()
      stream.push(null)
    },
    failed: error => stream.destroy(error)
  })
  // What is sent at once shows that the stream is open.
  stream.push(comment)
  return stream
}

const comment = ':\n\n'

function nextOf (journal: Journal, seen: number, keeps: EntryFilter['keeps']): Entry | undefined {
  for (const entry of journal.after(seen)) if (keeps(entry)) return entry
  return undefined
}

function eventOf (entry: Entry): string {
  return `id: ${entry.id}\nevent: ${isRequest(entry) ? 'request' : entry.event}\ndata: ${JSON.stringify(readEntry(entry))}\n\n`
}

import type { Readable } from 'node:stream'
import Type from 'typebox'
import { IdParams, NoQuery, answer, required } from '../protocol/operations.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { problemAnswers, problemType } from '../protocol/problem.ts'
import { Refusal } from '../protocol/refusal.ts'
import { everything, sendList } from '../protocol/send-list.ts'
import { checkBody } from '../protocol/validation.ts'
import type { Entry } from '../sandbox/journal-entry.ts'
import type { Journal } from '../sandbox/journal.ts'
import { ref } from '../schema/primitives.ts'
import { expectationProblems, holds, meantIn, readExpectation, tallyOf } from './expectation.ts'
import { readEntry, readRequest } from './read-entry.ts'
import { continued, readFilter } from './request-filter.ts'
import { AwaitedSchema, EntryListSchema, EntryQuery, EntrySchema, FilterQuery, MismatchSchema, VerificationSchema, VerifiedSchema, WaitSchema, requestShapes } from './request-shapes.ts'
import { streamEntries } from './request-stream.ts'
import { doneAnswer } from './shapes.ts'
import { mismatchProblem } from './mismatch-problem.ts'
import { countUntilDecided } from './wait.ts'

const mismatchAnswer = { 409: { description: 'The number of requests is not the expected one', content: { [problemType]: { schema: ref(MismatchSchema) } } } }

/** The routes by which a tester reads what a sandbox was asked, and says what it should have been. */
export function requestRoutes (app: OvocApp): void {
  for (const schema of requestShapes) app.addSchema(schema)

  app.get('/requests', {
    schema: {
      operationId: 'listRequests',
      summary: 'List the last requests, oldest first',
      querystring: EntryQuery,
      response: { 200: answer(EntryListSchema, 'The requests'), ...problemAnswers(400, 401, 403) }
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
      querystring: NoQuery,
      response: { 200: answer(EntrySchema, 'The request'), ...problemAnswers(400, 401, 403, 404) }
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
      response: { 200: { description: 'The events; they end with the sandbox', content: { 'text/event-stream': { schema: Type.Unsafe<Readable>({ type: 'string' }) } } }, ...problemAnswers(400, 401, 403) }
    }
  }, async ({ sandbox: { journal }, query, headers, url }, reply) => {
    const filter = continued(readFilter(query, url, app.catalogue), headers['last-event-id'], journal)
    return reply.type('text/event-stream').header('cache-control', 'no-store').send(streamEntries(journal, filter))
  })

  app.delete('/requests', {
    schema: {
      operationId: 'forgetRequests',
      summary: 'Forget all requests; the ids of later ones go on',
      querystring: NoQuery,
      response: { ...doneAnswer, ...problemAnswers(400, 401, 403) }
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
      querystring: NoQuery,
      body: required(VerificationSchema),
      response: { 200: answer(VerifiedSchema, 'As many as expected'), ...problemAnswers(400, 401, 403, 413, 415), ...mismatchAnswer }
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
      querystring: NoQuery,
      body: required(WaitSchema),
      response: { 200: answer(AwaitedSchema, 'As many as expected'), ...problemAnswers(400, 401, 403, 413, 415), ...mismatchAnswer }
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

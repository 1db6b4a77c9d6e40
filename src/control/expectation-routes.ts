import type { ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import * as Type from 'typebox'
import type { Static } from 'typebox'
import { clearTimeout, setTimeout } from '../node.ts'
import { holdBody } from '../protocol/body.ts'
import { jsonResponse } from '../protocol/operations.ts'
import type { OvocApp } from '../protocol/operations.ts'
import { ProblemSchema, problemResponses, problemType } from '../protocol/problem.ts'
import { Refusal, refuseProblems } from '../protocol/refusal.ts'
import { sendLists } from '../protocol/send-list.ts'
import { schemaProblems } from '../protocol/validation.ts'
import { inTurns } from '../sandbox/clock.ts'
import type { RecordedRequest } from '../sandbox/journal-entry.ts'
import type { Journal } from '../sandbox/journal.ts'
import { MatchSchema, mismatches, shownPart } from '../sandbox/match.ts'
import type { Mismatch, RequestFacts } from '../sandbox/match.ts'
import { Count, Id, nullable, ref, strictObject } from '../schema/primitives.ts'
import { blankMessage, blankUrl } from '../schema/secrets.ts'
import { matchProblems } from './match-problems.ts'
import {
  RecordedRequestSchema, Status, entriesStillIn, factsOfEntry, isRequest, readRequest
} from './read-entry.ts'

export const RequestMatchSchema = strictObject({
  ...MatchSchema.properties,
  status: Type.Optional(nullable({
    ...Status,
    description: 'The status of its response; null means that the connection was closed before it'
  }))
}, {
  $id: 'RequestMatch',
  description: 'The conditions that a request must meet. It matches if all of them hold; {} matches every request'
})

type RequestMatch = Static<typeof RequestMatchSchema>

const expectation = {
  match: ref(RequestMatchSchema),
  times: Type.Optional({ ...Count, description: 'Exactly this many' }),
  atLeast: Type.Optional({ ...Count, description: 'This many or more. Without times and atMost, the default is 1' }),
  atMost: Type.Optional({ ...Count, description: 'This many or fewer' })
}

const examples = [{ match: { operation: 'verifyCustomer', params: { id: 85844 } }, times: 3 }]

/** The requests that should have come, and how many. */
const VerificationSchema = strictObject(expectation, { $id: 'Verification', examples })

/** The requests that should come soon, and how many. */
const WaitSchema = strictObject({
  ...expectation,
  timeout: Type.Optional(Type.Integer({
    minimum: 0,
    maximum: 60_000,
    default: 5000,
    description: 'How long to wait, in milliseconds'
  }))
}, { $id: 'Wait', examples })

type Verification = Static<typeof VerificationSchema>

const VerifiedSchema = strictObject({ count: Count }, { $id: 'Verified' })

/** How many requests matched, and the matching requests that the journal still holds. */
const AwaitedSchema = strictObject(
  { count: Count, requests: Type.Array(ref(RecordedRequestSchema)) },
  { $id: 'Awaited' }
)

const NearMissSchema = strictObject({
  id: Id,
  method: Type.String(),
  url: Type.String(),
  mismatches: Type.Array(strictObject({
    where: Type.String({ description: 'The part of the request, such as method or body/contacts/email' }),
    expected: Type.Unknown(),
    got: Type.Optional(Type.Unknown({ description: 'The value in the request; missing if it has none' }))
  }))
}, { $id: 'NearMiss', description: 'A request that nearly matched, and the conditions that did not hold' })

/** The problem of an expectation that does not hold. */
const MismatchSchema = Type.Object({
  ...ProblemSchema.properties,
  count: { ...Count, description: 'How many requests matched' },
  expected: strictObject({ times: Type.Optional(Count), atLeast: Type.Optional(Count), atMost: Type.Optional(Count) }),
  forgotten: {
    ...Count,
    description: 'How many older requests the journal has forgotten since it was last emptied. ' +
      'Any of them may have matched, so with some forgotten, an upper bound never holds'
  },
  nearMisses: Type.Array(ref(NearMissSchema), { description: 'The three nearest misses, if there were too few' })
}, { $id: 'ExpectationMismatch', description: 'The number of requests is not the expected one' })

const mismatchResponse = {
  409: {
    description: 'The number of requests is not the expected one',
    content: { [problemType]: { schema: ref(MismatchSchema) } }
  }
}

/** Adds the routes that compare the requests to a sandbox with an expectation. */
export function expectationRoutes (app: OvocApp): void {
  const schemas = [
    RequestMatchSchema, VerificationSchema, WaitSchema, VerifiedSchema, AwaitedSchema, NearMissSchema, MismatchSchema
  ]
  for (const schema of schemas) app.addSchema(schema)

  app.post('/requests/verify', {
    attachValidation: true,
    config: { sandboxUse: 'read' },
    schema: {
      operationId: 'verifyRequests',
      summary: 'Check how many requests there were',
      body: ref(VerificationSchema),
      response: { 200: jsonResponse(VerifiedSchema, 'There were as many as expected'), ...mismatchResponse }
    }
  }, async request => {
    const expectation = readExpectation(request)
    const { journal } = request.sandbox
    const { length: count } = await matchingIn(journal, expectation.match)
    await refuseMismatch(request, expectation, { count, forgotten: journal.forgottenRequests })
    return { count }
  })

  app.post('/requests/wait', {
    attachValidation: true,
    schema: {
      operationId: 'waitForRequests',
      summary: 'Wait until there are as many requests as expected',
      body: ref(WaitSchema),
      response: {
        200: jsonResponse(AwaitedSchema, 'There are as many as expected'),
        ...mismatchResponse,
        ...problemResponses(429, 507)
      }
    }
  }, async (request, reply) => {
    const expectation = readExpectation(request)
    const { sandbox: { journal }, body: { timeout = 5000 } } = request
    refuseCrowd(journal)
    const release = holdBody(request)
    const { tally, ending, last } = await countUntilDecided(journal, expectation, timeout, reply.raw).finally(release)
    await refuseMismatch(request, expectation, tally, ending)
    const requests = entriesStillIn(journal, await matchingIn(journal, expectation.match, last), readRequest)
    return sendLists(reply, [['requests', requests]], undefined, { count: tally.count })
  })
}

/** How many readers of the stream and waits a sandbox can have at once. Each costs time at every request. */
const maxWatchers = 100

/** @throws {Refusal} 429 if a journal has too many readers and waits. */
export function refuseCrowd (journal: Journal): void {
  if (journal.watched < maxWatchers) return
  throw new Refusal(429, `the sandbox has ${maxWatchers} readers and waits, and lets no more in; end some first`)
}

/** The expected requests, and how many of them. */
interface Expectation {
  match: RequestMatch
  /** The counts as the request has them. */
  expected: Omit<Verification, 'match'>
  least: number
  most: number
}

/**
 * Reads the expectation in a body. Without a count it expects at least one request.
 * @throws {Refusal} 400 that names conditions that no request can meet, and counts that exclude each other.
 */
function readExpectation (request: FastifyRequest): Expectation {
  const ofSchema = schemaProblems(request)
  const body = request.body as Verification
  const counts = Object.keys(body).filter(name => ['times', 'atLeast', 'atMost'].includes(name))
  const [first, ...more] = ofSchema.length > 0 ? [] : counts
  const excess = more.map(name => `/${name} must be left out where there is /${first}`)
  refuseProblems(ofSchema, [...matchProblems(body.match, request.server.catalogue, ofSchema), ...excess])
  const { match, times, atMost, atLeast = 1 } = body
  if (times !== undefined) return { match, expected: { times }, least: times, most: times }
  if (atMost !== undefined) return { match, expected: { atMost }, least: 0, most: atMost }
  return { match, expected: { atLeast }, least: atLeast, most: Infinity }
}

/** How many requests matched, and how many are forgotten. Forgotten requests may have matched. */
interface Tally { count: number, forgotten: number }

/** Returns whether the count is surely as expected. Any forgotten request may exceed an upper bound. */
function holds (expectation: Expectation, tally: Tally): boolean {
  return tally.count >= expectation.least && !isBeyond(expectation, tally)
}

/** Returns whether later requests can't make it hold: there are more than expected, or may have been. */
function isBeyond ({ most }: Expectation, { count, forgotten }: Tally): boolean {
  return count > most || (forgotten > 0 && most < Infinity)
}

/** Returns whether a request matches. */
export function isMatching (request: RecordedRequest, match: RequestMatch, facts = factsOfEntry(request)): boolean {
  return mismatchesOf(request, match, facts).next().done === true
}

/** Returns the requests of a journal that match. Requests after the id `last` are skipped. */
async function matchingIn (journal: Journal, match: RequestMatch, last = Infinity): Promise<RecordedRequest[]> {
  const matching: RecordedRequest[] = []
  for await (const request of inTurns(journal.requests())) {
    if (request.id <= last && isMatching(request, match)) matching.push(request)
  }
  return matching
}

/** Yields the conditions that do not hold for a request, with the values that it has, including secrets. */
function * mismatchesOf (
  entry: RecordedRequest, { status, ...match }: RequestMatch, facts: RequestFacts
): Generator<Mismatch> {
  if (status !== undefined && status !== entry.status) {
    yield { names: ['status'], expected: status, got: entry.status }
  }
  yield * mismatches(match, facts)
}

/**
 * Counts requests until there are as many as expected, or too many, or until the time is over. The count also ends if
 * the journal is emptied, the sandbox is dropped, the server closes, or nobody waits for the response.
 * @returns `ending` says why the count ended undecided; it is empty otherwise. `last` is the id of the last entry.
 */
async function countUntilDecided (
  journal: Journal, expectation: Expectation, milliseconds: number, response: ServerResponse
): Promise<{ tally: Tally, ending: string, last: number }> {
  const tally: Tally = { count: 0, forgotten: 0 }
  const isDecided = () => holds(expectation, tally) || isBeyond(expectation, tally)
  return new Promise((resolve, reject) => {
    const end = (ending: string, failure?: unknown) => {
      clearTimeout(timer)
      stop()
      if (failure === undefined) resolve({ tally, ending, last: journal.last })
      else reject(failure)
    }
    const timer = setTimeout(end, milliseconds, ` within ${milliseconds} milliseconds`)
    // Past requests are counted in turns, while new ones may come.
    let isPastCounted = false
    const { last } = journal
    const stop = journal.watch({
      added (entry, once) {
        const isCounted = isRequest(entry) && isMatching(entry, expectation.match, once(factsOfEntry, entry))
        if (isCounted) tally.count++
        if (isPastCounted && isDecided()) end('')
      },
      emptied: reason => end(` before ${reason}`),
      closed: reason => end(` before ${reason}`),
      failed: error => end('', error)
    })
    response.once('close', () => end(''))
    matchingIn(journal, expectation.match, last).then(({ length }) => {
      tally.count += length
      tally.forgotten = journal.forgottenRequests
      isPastCounted = true
      if (journal.isOff || isDecided()) end('')
    }).catch(error => end('', error))
  })
}

/** How many requests a problem shows at most. */
const maxShown = 3

/**
 * Does nothing if the count is surely as expected.
 * @param ending says when the wait ended.
 * @throws {Refusal} of too few or too many requests, with the nearest misses or the last requests that matched.
 */
async function refuseMismatch (
  { sandbox, server: { sandboxes } }: FastifyRequest, expectation: Expectation, tally: Tally, ending = ''
): Promise<void> {
  const { journal } = sandbox
  if (holds(expectation, tally) && !journal.isOff) return
  const { match, expected, least, most } = expectation
  const { count, forgotten } = tally
  const amount = most === Infinity ? `at least ${requests(least)}` : requests(most)
  let detail = `expected ${expected.atMost === undefined ? amount : `at most ${amount}`}, got ${count}${ending}`
  if (forgotten > 0) {
    const are = forgotten === 1 ? '1 older request is' : `${forgotten} older requests are`
    detail += `; ${are} forgotten, which may have matched; the options journal-entries and storage-bytes say ` +
      'how many are kept, DELETE /__admin/requests begins anew'
  }
  const problem = (found: string, nearMisses: object[]) =>
    new Refusal(409, `${detail}; ${found}`, { members: { count, expected, forgotten, nearMisses } })

  // Too many: show the last ones.
  if (count > most) {
    const last = (await matchingIn(journal, match)).slice(-maxShown)
    const told = last.map(entry => `${tell(entry)} (${entry.status ?? 'no response'})`)
    throw problem(`the last: ${told.join('; ')}`, [])
  }

  // Too few: show the nearest, those that came to the default sandbox, and how many may still come. A client that drops
  // the path of its base URL calls the default sandbox.
  const mayBeLost = count === 0 && sandbox !== sandboxes.default
  const lost = mayBeLost ? await matchingIn(sandboxes.default.journal, match) : []
  const [example] = lost.slice(-1)
  if (example !== undefined) {
    const such = lost.length === 1 ? '1 such request' : `${lost.length} such requests`
    const refused = example.status === 401 ? ', which was refused with 401' : ''
    detail += `; ${such} came to the default sandbox (${tell(example)}${refused}): does the client keep the path of ` +
      "its base URL? new URL('/ovoc/…', base) drops it"
  }
  const { underWay } = journal
  if (underWay > 0) detail += `; ${requests(underWay)} ${underWay === 1 ? 'is' : 'are'} under way`
  const nearest: Array<{ entry: RecordedRequest, facts: RequestFacts, weight: number, missed: Mismatch[] }> = []
  for await (const entry of inTurns(journal.requests())) {
    const facts = factsOfEntry(entry)
    const missed = [...mismatchesOf(entry, match, facts)]
    if (missed.length === 0) continue
    // If a whole object is missing, each of its fields counts.
    const weight = missed.reduce((sum, { expected }) => {
      return sum + (typeof expected === 'object' && expected !== null ? Object.keys(expected).length : 1)
    }, 0)
    // Of two requests with the same weight, the later one goes first.
    nearest.unshift({ entry, facts, weight, missed })
    nearest.sort((one, other) => one.weight - other.weight).splice(maxShown)
  }
  if (nearest.length > 0) {
    const told: string[] = []
    const nearMisses: object[] = []
    for await (const { entry, facts, missed } of inTurns(nearest)) {
      const mismatches = missed.map(mismatch => {
        return { where: mismatch.names.join('/'), expected: mismatch.expected, got: shownPart(facts, mismatch) }
      })
      const each = mismatches.map(({ where, expected, got }) => `${where} expected ${show(expected)}, got ${show(got)}`)
      // A client with another path prefix asks for something that is not there.
      const isLost = entry.operation === undefined && entry.reason !== ''
      const why = isLost ? ` (${shorten(blankMessage(entry.reason))})` : ''
      told.push(`${tell(entry)}: ${each.join(', ')}${why}`)
      nearMisses.push({ id: entry.id, method: entry.method, url: blankUrl(entry.originalUrl), mismatches })
    }
    throw problem(`nearest: ${told.join('; ')}`, nearMisses)
  }
  if (journal.isOff) throw problem('the option journal-entries is 0, so none is remembered', [])
  const isEmpty = journal.first === undefined
  throw problem(`the journal of this sandbox ${isEmpty ? 'is empty' : 'has no other requests'}`, [])
}

function requests (count: number): string {
  return count === 1 ? '1 request' : `${count} requests`
}

function tell ({ id, method, originalUrl }: RecordedRequest): string {
  return `#${id} ${method} ${shorten(blankUrl(originalUrl))}`
}

function show (value: unknown): string {
  return value === undefined ? 'nothing' : shorten(JSON.stringify(value))
}

function shorten (text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

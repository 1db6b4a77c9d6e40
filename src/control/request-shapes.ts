import * as Type from 'typebox'
import type { Static } from 'typebox'
import { ProblemSchema } from '../protocol/problem.ts'
import { MatchSchema } from '../sandbox/match.ts'
import { Count, Id, nullable, oneOf, ref, strictObject } from '../schema/primitives.ts'

const headers = (description: string) => Type.Record(Type.String(), Type.Unknown(), { description })
const status = Type.Integer({ minimum: 100, maximum: 599 })

const RecordedRequestSchema = strictObject({
  id: Id,
  time: Type.String({ description: "When it arrived, by the sandbox's clock, in the format of RFC 3339" }),
  operation: nullable(Type.String({ description: 'Its operationId in the OpenAPI document' })),
  resource: nullable(Type.String({ description: 'The resource of its operation' })),
  method: Type.String(),
  url: Type.String({ description: 'The URL as the client wrote it' }),
  path: Type.String({
    description: 'The path as it was routed: under /ovoc/v1 for every base path, without the query'
  }),
  params: Type.Record(Type.String(), Type.Unknown()),
  query: Type.Record(Type.String(), Type.Unknown()),
  headers: headers('The headers by name in lower case'),
  body: Type.Unknown({
    description: 'The value of its body. If the body could not be read, a text with its size. ' +
      'Null if there is no body, or if it alone is larger than the journal can be'
  }),
  status: nullable({ ...status, description: 'Null if the connection was closed before the response' }),
  response: strictObject({
    headers: headers('The headers, without those that every HTTP server adds'),
    body: Type.Unknown({
      description: 'The value of the body. Null if there is none, if a rule cut it, if it is a long list, which is ' +
        'sent as it grows, or if it alone is larger than the journal can be'
    }),
    bytes: { ...Count, description: 'How many bytes of its body were sent' }
  }),
  milliseconds: Type.Number({ description: 'Time from its arrival to its response' }),
  reason: nullable(Type.String({ description: 'Why it was rejected, or which rule did what' }))
}, { $id: 'RecordedRequest', description: 'A request and its response. Secrets in both are blanked' })

const SandboxDroppedSchema = strictObject({
  id: Id,
  time: Type.String({ description: "When it was dropped, by the default sandbox's clock, as in RFC 3339" }),
  event: Type.Literal('sandbox-dropped'),
  sandbox: Type.String({ description: 'The name of the sandbox' }),
  reason: oneOf(['idle', 'limit', 'asked'], {
    description: 'idle: it was not used for too long. limit: there were too many, and it was the least recently ' +
      'used. asked: a request dropped it'
  })
}, { $id: 'SandboxDropped', description: 'A note that another sandbox was dropped, in the journal of the default one' })

export type JournalRequest = Static<typeof RecordedRequestSchema>

export const EntrySchema = Type.Union([ref(RecordedRequestSchema), ref(SandboxDroppedSchema)], { $id: 'JournalEntry' })

export type JournalEntry = Static<typeof EntrySchema>

export const EntryListSchema = strictObject({ requests: Type.Array(ref(EntrySchema)) }, { $id: 'JournalEntryList' })

const { operation, method, path } = MatchSchema.properties
const answered = Type.Optional(nullable({
  ...status,
  description: 'The status of its response; null means that the connection was closed before it'
}))

const filters = {
  operation,
  status: answered,
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

export const StreamQuery = strictObject({
  ...filters,
  brief: Type.Optional(Type.Boolean({
    description: 'Sends entries without parameters, headers and bodies, several at a time. A reader that is too slow ' +
      'misses some. This is for pages that show each request in a row'
  }))
})

export const EntryQuery = strictObject({
  ...filters,
  limit: Type.Optional({ ...Id, description: 'How many entries at most; the last ones are returned' })
})

export type Filter = Omit<Static<typeof StreamQuery>, 'brief'>

const RequestMatchSchema = strictObject({ ...MatchSchema.properties, status: answered }, {
  $id: 'RequestMatch',
  description: 'The conditions that a request must meet. It matches if all of them hold; {} matches every request'
})

export type RequestMatch = Static<typeof RequestMatchSchema>

const expectation = {
  match: ref(RequestMatchSchema),
  times: Type.Optional({ ...Count, description: 'Exactly this many' }),
  atLeast: Type.Optional({ ...Count, description: 'This many or more. Without times and atMost, the default is 1' }),
  atMost: Type.Optional({ ...Count, description: 'This many or fewer' })
}

const examples = [{ match: { operation: 'verifyCustomer', params: { id: 85844 } }, times: 3 }]

/** The requests that should have come, and how many. */
export const VerificationSchema = strictObject(expectation, { $id: 'Verification', examples })

/** The requests that should come soon, and how many. */
export const WaitSchema = strictObject({
  ...expectation,
  timeout: Type.Optional(Type.Integer({
    minimum: 0,
    maximum: 60_000,
    default: 5000,
    description: 'How long to wait, in milliseconds'
  }))
}, { $id: 'Wait', examples })

export type Verification = Static<typeof VerificationSchema>

export const VerifiedSchema = strictObject({ count: Count }, { $id: 'Verified' })

/** How many requests matched, and the matching requests that the journal still holds. */
export const AwaitedSchema = strictObject(
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
export const MismatchSchema = Type.Object({
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

/** The schemas that the routes of the journal refer to. */
export const requestShapes = [
  RecordedRequestSchema, SandboxDroppedSchema, EntrySchema, EntryListSchema, RequestMatchSchema, VerificationSchema,
  WaitSchema, VerifiedSchema, AwaitedSchema, NearMissSchema, MismatchSchema
]

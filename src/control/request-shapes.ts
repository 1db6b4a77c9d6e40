import * as Type from 'typebox'
import type { Static } from 'typebox'
import { ProblemSchema } from '../protocol/problem.ts'
import { MatchSchema } from '../sandbox/match.ts'
import { Count, Id, nullable, oneOf, ref, strictObject } from '../schema/primitives.ts'

const headers = (description: string) => Type.Record(Type.String(), Type.Unknown(), { description })
const status = Type.Integer({ minimum: 100, maximum: 599 })

const RecordedRequestSchema = strictObject({
  id: Id,
  time: Type.String({ description: "When it arrived, by the sandbox's clock, as RFC 3339 has it" }),
  operation: nullable(Type.String({ description: 'Its operationId in the OpenAPI document' })),
  resource: nullable(Type.String({ description: 'The resource that its operation is of' })),
  method: Type.String(),
  url: Type.String({ description: 'As the client wrote it' }),
  path: Type.String({ description: 'As it was routed: under /ovoc/v1, whatever its base path, without the query' }),
  params: Type.Record(Type.String(), Type.Unknown()),
  query: Type.Record(Type.String(), Type.Unknown()),
  headers: headers('By name in lower case'),
  body: Type.Unknown({
    description: 'Its value, or a text with its size where it cannot be read; ' +
      'null without one, and where it alone is larger than the journal may be'
  }),
  status: nullable({ ...status, description: 'Null when the connection was closed before the response' }),
  response: strictObject({
    headers: headers('Without those that every HTTP server adds'),
    body: Type.Unknown({
      description: 'Null without one, for a long list, which is sent as it grows, for one that a rule cut, ' +
        'and where it alone is larger than the journal may be'
    }),
    bytes: { ...Count, description: 'How much of its body was sent' }
  }),
  milliseconds: Type.Number({ description: 'From its arrival to its response' }),
  reason: nullable(Type.String({ description: 'Why it was rejected, or which rule did what' }))
}, { $id: 'RecordedRequest', description: 'A request and its response; secrets in it are blanked' })

const SandboxDroppedSchema = strictObject({
  id: Id,
  time: Type.String({ description: "By the sandbox's clock, as RFC 3339 has it" }),
  event: Type.Literal('sandbox-dropped'),
  sandbox: Type.String({ description: 'Its name' }),
  reason: oneOf(['idle', 'limit', 'asked'], {
    description: 'It was idle, others were used when there were too many, or it was asked for'
  })
}, { $id: 'SandboxDropped', description: 'Another sandbox was dropped; the journal of the default one says so' })

export type JournalRequest = Static<typeof RecordedRequestSchema>

export const EntrySchema = Type.Union([ref(RecordedRequestSchema), ref(SandboxDroppedSchema)], { $id: 'JournalEntry' })

export type JournalEntry = Static<typeof EntrySchema>

export const EntryListSchema = strictObject({ requests: Type.Array(ref(EntrySchema)) }, { $id: 'JournalEntryList' })

const { operation, method, path } = MatchSchema.properties
const answered = Type.Optional(nullable({
  ...status,
  description: 'The status of its answer; null is a connection that was closed before'
}))

const filters = {
  operation,
  status: answered,
  path,
  method,
  match: Type.Optional(Type.String({
    description: 'Further conditions as the JSON of a Match, such as {"params":{"id":85844}}'
  })),
  since: Type.Optional(Type.String({
    description: "An instant by the sandbox's clock: what is not older; or the id of an entry: what came after it"
  }))
}

export const StreamQuery = strictObject({
  ...filters,
  brief: Type.Optional(Type.Boolean({
    description: 'Entries without parameters, headers and bodies, several at a time; ' +
      'a reader that is too slow misses some. For pages that show each request in a row'
  }))
})

export const EntryQuery = strictObject({
  ...filters,
  limit: Type.Optional({ ...Id, description: 'How many at most; the last ones are given' })
})

export type Filter = Omit<Static<typeof StreamQuery>, 'brief'>

const RequestMatchSchema = strictObject({ ...MatchSchema.properties, status: answered }, {
  $id: 'RequestMatch',
  description: 'Which requests are meant: those of which every condition holds; {} is all'
})

export type RequestMatch = Static<typeof RequestMatchSchema>

const expectation = {
  match: ref(RequestMatchSchema),
  times: Type.Optional({ ...Count, description: 'Exactly so many' }),
  atLeast: Type.Optional({ ...Count, description: 'So many or more; 1 when none of the three is given' }),
  atMost: Type.Optional({ ...Count, description: 'So many or fewer' })
}

const examples = [{ match: { operation: 'verifyCustomer', params: { id: 85844 } }, times: 3 }]

/** Which requests there should have been, and how many. */
export const VerificationSchema = strictObject(expectation, { $id: 'Verification', examples })

/** Which requests there should be soon, and how many. */
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

/** How many requests matched, and those of them that the journal still holds. */
export const AwaitedSchema = strictObject(
  { count: Count, requests: Type.Array(ref(RecordedRequestSchema)) },
  { $id: 'Awaited' }
)

const NearMissSchema = strictObject({
  id: Id,
  method: Type.String(),
  url: Type.String(),
  mismatches: Type.Array(strictObject({
    where: Type.String({ description: 'Such as method or body/contacts/email' }),
    expected: Type.Unknown(),
    got: Type.Optional(Type.Unknown({ description: 'Left out when there was nothing' }))
  }))
}, { $id: 'NearMiss', description: 'A request that nearly matched, and what did not' })

/** The problem of an expectation that does not hold. */
export const MismatchSchema = Type.Object({
  ...ProblemSchema.properties,
  count: { ...Count, description: 'How many requests matched' },
  expected: strictObject({ times: Type.Optional(Count), atLeast: Type.Optional(Count), atMost: Type.Optional(Count) }),
  forgotten: {
    ...Count,
    description: 'How many older requests the journal has forgotten since it was last emptied; ' +
      'any of them may have matched, so that with some no upper bound holds'
  },
  nearMisses: Type.Array(ref(NearMissSchema), { description: 'The three that come nearest, where there were too few' })
}, { $id: 'ExpectationMismatch', description: 'The number of requests is not the expected one' })

/** What the routes of the journal refer to. */
export const requestShapes = [
  RecordedRequestSchema, SandboxDroppedSchema, EntrySchema, EntryListSchema, RequestMatchSchema, VerificationSchema,
  WaitSchema, VerifiedSchema, AwaitedSchema, NearMissSchema, MismatchSchema
]

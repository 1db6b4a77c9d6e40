import * as Type from 'typebox'
import type { Static } from 'typebox'
import { Count, oneOf, ref, strictObject } from '../schema/primitives.ts'
import { maxDelay } from './clock.ts'
import { MatchSchema } from './match.ts'
import type { RequestFacts } from './match.ts'

const Milliseconds = Type.Integer({ minimum: 0, maximum: maxDelay })

const DelaySchema = Type.Unsafe<number | { from: number, to: number }>({
  type: ['integer', 'object'],
  minimum: 0,
  maximum: maxDelay,
  properties: { from: Milliseconds, to: Milliseconds },
  required: ['from', 'to'],
  additionalProperties: false,
  description: 'Milliseconds that the response waits: a fixed number, or a random one {from, to}. All delays add up'
})

const Status = Type.Integer({ minimum: 200, maximum: 599 })
const response = {
  status: Type.Optional({
    ...Status,
    description: 'Status of the response; with a body the default is 200. 200 or 201 without headers and body sends ' +
      "the simulator's own response, or on an unknown path that status alone"
  }),
  headers: Type.Optional(Type.Record(Type.String(), Type.Unsafe<string | string[]>({
    type: ['string', 'array'], items: { type: 'string' }
  }), { description: 'Headers of the response; a list sends the header several times, as Set-Cookie needs it' })),
  body: Type.Optional(Type.Unknown({
    description: 'Body of the response. Text is sent as it is, as text/plain unless headers set another type. ' +
      "Anything else is sent as JSON. Default: OVOC's own error body from status 400 on, otherwise none"
  }))
}

/** How many responses a rule can have. */
const maxResponses = 100

const effects = {
  ...response,
  responses: Type.Optional(Type.Array(Type.Unsafe<number | RuleResponse>({
    type: ['integer', 'object'],
    minimum: 200,
    maximum: 599,
    properties: response,
    additionalProperties: false
  }), {
    minItems: 1,
    maxItems: maxResponses,
    description: 'Responses that are sent in turn. Each is a status, or an object with status, headers and body. ' +
      'The last one repeats, unless times ends the rule'
  })),
  delay: Type.Optional(DelaySchema),
  break: Type.Optional(oneOf(['reset', 'empty', 'cut', 'malformed'], {
    description: 'How the response fails. reset resets the connection. empty closes it without sending a byte. ' +
      'cut closes it in the middle of the body of the real response. ' +
      'malformed sends the real response without the last character of its body'
  })),
  rateLimit: Type.Optional(strictObject({
    requests: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    seconds: Type.Integer({ minimum: 1, maximum: 86_400 })
  }, {
    description: 'Responds with 429 if there are more than this many requests in this many seconds. The seconds are ' +
      "those of the sandbox's clock; while it is frozen, the next window never opens"
  }))
}

/** A response that a rule sends. */
export interface RuleResponse {
  /** Default: 200. */
  status?: number
  headers?: Record<string, string | string[]>
  /** Text is sent as it is, anything else as JSON. */
  body?: unknown
}

/** The request that a rule's function gets. If it has no operation, its body was not read. */
export type RuleRequest = RequestFacts

/** Makes the response to a request. If it returns undefined, the simulator sends its own response. */
export type Respond = (request: RuleRequest) => RuleResponse | undefined | Promise<RuleResponse | undefined>

/** The fields of a rule. `ruleProblems` checks which of them go together. */
export const ruleFields = {
  match: Type.Optional(ref(MatchSchema)),
  ...effects,
  times: Type.Optional({ ...Count, minimum: 1, description: 'How often the rule takes effect; then it is skipped' }),
  after: Type.Optional({ ...Count, description: 'How many matching requests pass before the rule takes effect' }),
  probability: Type.Optional(Type.Number({
    minimum: 0,
    maximum: 1,
    description: 'How likely the rule takes effect. The seed decides, so the same run has the same result'
  }))
}

/** What happens when a request matches. */
export const RuleSchema = strictObject(ruleFields)

/** A rule. A program in the same process can set a function instead of a response. */
export type Rule = Static<typeof RuleSchema> & { respond?: Respond }

/** A rule must have at least one of these fields. */
const effectNames = Object.keys(effects) as Array<keyof typeof effects>

/** The effects that exclude each other, each as a list of its fields. A delay can be added to each, or stand alone. */
export const effectKinds = [Object.keys(response), ['responses'], ['break'], ['rateLimit']]

/** Returns the problems of a rule whose fields are each valid. */
export function ruleProblems (rule: Rule): string[] {
  const problems: string[] = []
  const { delay, responses = [], respond } = rule
  const given = Object.keys(rule).filter(name => rule[name as keyof Rule] !== undefined)
  const kinds = [...effectKinds, ['respond']].flatMap(names => names.find(name => given.includes(name)) ?? [])
  if (kinds.length + (delay === undefined ? 0 : 1) === 0) {
    problems.push(`it must hold one of ${effectNames.join(', ')}, got none`)
  }
  if (kinds.length > 1) problems.push(`it must do one thing besides a delay, got ${kinds.join(' and ')}`)
  if (respond !== undefined && typeof respond !== 'function') problems.push('/respond must be a function')

  problems.push(...responseProblems('', rule))
  for (const [index, each] of responses.entries()) {
    if (typeof each === 'object') problems.push(...responseProblems(`/responses/${index}`, each))
  }
  if (typeof delay === 'object' && delay.from > delay.to) {
    problems.push(`/delay/to must be ${delay.from}, its from, or more, got ${delay.to}`)
  }
  return problems
}

// The server itself sets these headers for the connection and the length of the body.
const ownHeaders = ['connection', 'content-length', 'keep-alive', 'trailer', 'transfer-encoding', 'upgrade']

/** Returns the problems of a response whose fields are each valid. */
export function responseProblems (place: string, { status, headers = {}, body }: RuleResponse): string[] {
  const problems: string[] = []
  if (body !== undefined && hasNoBody(status)) {
    problems.push(`${place}/body must be left out where ${place}/status is ${status}, which has no body`)
  }
  for (const [name, value] of Object.entries(headers)) {
    const pointer = `${place}/headers/${JSON.stringify(name.slice(0, 80)).slice(1, -1)}`
    // Fastify would make `__proto__` the parent of all headers.
    if (!/^(?!__proto__$)[\w!#$%&'*+.^`|~-]+$/i.test(name)) problems.push(`${pointer} is not the name of a header`)
    else if (ownHeaders.includes(name.toLowerCase())) problems.push(`${pointer} must be left to the server`)
    if (![value].flat().every(text => /^[\t\x20-\x7e\x80-\xff]*$/.test(text))) {
      problems.push(`${pointer} must have no line ends, other control characters or characters beyond Latin-1`)
    }
  }
  return problems
}

/** Returns whether HTTP forbids a body for this status. */
export function hasNoBody (status?: number): boolean {
  return [204, 205, 304].includes(status as number)
}

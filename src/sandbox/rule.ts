import Type from 'typebox'
import type { Static } from 'typebox'
import { Count, oneOf, ref, strictObject } from '../schema/primitives.ts'
import { longestDelay } from './clock.ts'
import { MatchSchema } from './match.ts'

const Milliseconds = Type.Integer({ minimum: 0, maximum: longestDelay })

const DelaySchema = Type.Unsafe<number | { from: number, to: number }>({
  type: ['integer', 'object'],
  minimum: 0,
  maximum: longestDelay,
  properties: { from: Milliseconds, to: Milliseconds },
  required: ['from', 'to'],
  additionalProperties: false,
  description: 'Milliseconds that the answer waits: a fixed number, or a random one {from, to}'
})

const effects = {
  status: Type.Optional(Type.Integer({ minimum: 200, maximum: 599, description: 'Answer with this status instead' })),
  delay: Type.Optional(DelaySchema),
  break: Type.Optional(oneOf(['reset', 'empty', 'cut', 'malformed'], {
    description: 'reset the connection; close it without a byte (empty); send the real answer and close in the middle of its body (cut) or without the last character of its body (malformed)'
  })),
  rateLimit: Type.Optional(strictObject({
    requests: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    seconds: Type.Integer({ minimum: 1, maximum: 86_400 })
  }, { description: 'Answer with 429 beyond so many requests in so many seconds of the sandbox\'s clock; while that is frozen the next window never opens' }))
}

const answerFields = {
  body: Type.Optional(Type.Unknown({ description: 'With status: the body, any JSON; else it is {"description": …} as OVOC has it' })),
  description: Type.Optional(Type.String({ description: 'With status: the sentence in OVOC\'s own error body' })),
  retryAfter: Type.Optional(Type.Integer({ minimum: 0, maximum: 31_536_000, description: 'With status: seconds in the header Retry-After' }))
}

const conditions = {
  times: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, format: 'int64', description: 'How often it takes effect; then it is passed over' })),
  after: Type.Optional({ ...Count, description: 'How many of the requests that match it lets pass first' }),
  probability: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'How likely it takes effect; the seed decides, so the same run fails the same way' }))
}

/** The fields of a rule; which go together, `ruleProblems` knows. */
export const ruleFields = { match: Type.Optional(ref(MatchSchema)), ...effects, ...answerFields, ...conditions }

/** One way in which some requests fail. */
export const RuleSchema = strictObject(ruleFields)

export type Rule = Static<typeof RuleSchema>

/** What is wrong with a rule whose fields are right one by one. */
export function ruleProblems (rule: Rule): string[] {
  return [...effectProblems(rule), ...answerProblems(rule), ...delayProblems(rule.delay)]
}

const effectNames = Object.keys(effects) as Array<keyof typeof effects>

function effectProblems (rule: Rule): string[] {
  const given = effectNames.filter(name => rule[name] !== undefined)
  if (given.length === 1) return []
  return [`it must hold one of ${effectNames.join(', ')}, got ${given.length === 0 ? 'none' : given.join(' and ')}`]
}

function * answerProblems (rule: Rule): Generator<string> {
  const isBodiless = rule.status !== undefined && hasNoBody(rule.status)
  for (const name of ['body', 'description', 'retryAfter'] as const) {
    if (rule[name] === undefined) continue
    if (rule.status === undefined) yield `/${name} must be left out where there is no /status`
    else if (isBodiless && name !== 'retryAfter') yield `/${name} must be left out where /status is ${rule.status}, which has no body`
  }
  if (rule.body !== undefined && rule.description !== undefined) yield '/description must be left out where there is /body'
}

/** Whether HTTP allows an answer of this status no body. */
export function hasNoBody (status: number): boolean {
  return [204, 205, 304].includes(status)
}

function delayProblems (delay: Rule['delay']): string[] {
  if (typeof delay !== 'object' || delay.from <= delay.to) return []
  return [`/delay/to must be ${delay.from}, its from, or more, got ${delay.to}`]
}

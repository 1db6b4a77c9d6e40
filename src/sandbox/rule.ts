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
    description: 'reset the connection; close it without a byte (empty); send the real answer and close ' +
      'in the middle of its body (cut) or without the last character of its body (malformed)'
  })),
  rateLimit: Type.Optional(strictObject({
    requests: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    seconds: Type.Integer({ minimum: 1, maximum: 86_400 })
  }, {
    description: "Answer with 429 beyond so many requests in so many seconds of the sandbox's clock; " +
      'while that is frozen the next window never opens'
  }))
}

/** The fields of a rule; `ruleProblems` knows which of them go together. */
export const ruleFields = {
  match: Type.Optional(ref(MatchSchema)),
  ...effects,
  body: Type.Optional(Type.Unknown({
    description: 'With status: the body, any JSON; else it is {"description": …} as OVOC has it'
  })),
  description: Type.Optional(Type.String({ description: "With status: the sentence in OVOC's own error body" })),
  retryAfter: Type.Optional(Type.Integer({
    minimum: 0,
    maximum: 31_536_000,
    description: 'With status: seconds in the header Retry-After'
  })),
  times: Type.Optional({ ...Count, minimum: 1, description: 'How often it takes effect; then it is passed over' }),
  after: Type.Optional({ ...Count, description: 'How many of the requests that match it lets pass first' }),
  probability: Type.Optional(Type.Number({
    minimum: 0,
    maximum: 1,
    description: 'How likely it takes effect; the seed decides, so the same run fails the same way'
  }))
}

/** One way in which some requests fail. */
export const RuleSchema = strictObject(ruleFields)

export type Rule = Static<typeof RuleSchema>

const effectNames = Object.keys(effects) as Array<keyof typeof effects>

/** What is wrong with a rule whose fields are right one by one. */
export function ruleProblems (rule: Rule): string[] {
  const problems: string[] = []
  const { status, delay } = rule
  const given = effectNames.filter(name => rule[name] !== undefined)
  if (given.length !== 1) {
    const got = given.length === 0 ? 'none' : given.join(' and ')
    problems.push(`it must hold one of ${effectNames.join(', ')}, got ${got}`)
  }

  for (const name of ['body', 'description', 'retryAfter'] as const) {
    if (rule[name] === undefined) continue
    if (status === undefined) problems.push(`/${name} must be left out where there is no /status`)
    else if (name !== 'retryAfter' && hasNoBody(status)) {
      problems.push(`/${name} must be left out where /status is ${status}, which has no body`)
    }
  }
  if (rule.body !== undefined && rule.description !== undefined) {
    problems.push('/description must be left out where there is /body')
  }

  if (typeof delay === 'object' && delay.from > delay.to) {
    problems.push(`/delay/to must be ${delay.from}, its from, or more, got ${delay.to}`)
  }
  return problems
}

/** Whether HTTP allows a response with this status no body. */
export function hasNoBody (status: number): boolean {
  return [204, 205, 304].includes(status)
}

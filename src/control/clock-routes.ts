import * as Type from 'typebox'
import type { Static } from 'typebox'
import type { OvocApp } from '../protocol/operations.ts'
import { jsonResponse } from '../protocol/operations.ts'
import { refuseProblems } from '../protocol/refusal.ts'
import { isSound, schemaProblems } from '../protocol/validation.ts'
import { clockRange } from '../sandbox/clock.ts'
import type { Clock } from '../sandbox/clock.ts'
import { ref, strictObject } from '../schema/primitives.ts'
import { quote } from '../schema/quote.ts'

const ClockSchema = strictObject({
  now: Type.String({ description: "The clock's time in the format of RFC 3339" }),
  frozen: Type.Boolean({ description: 'Whether the clock stands still' })
}, { $id: 'Clock', description: 'The time in a sandbox' })

/** The state of a sandbox's clock. */
export type ClockFacts = Static<typeof ClockSchema>

const ClockChangeSchema = strictObject({
  now: Type.Optional(Type.String({
    description: "An instant from year 1 to 9999, such as 2025-08-14T08:16:18.736Z or in OVOC's own format"
  })),
  advance: Type.Optional(Type.Number({
    description: "Seconds to move the clock forward; a negative number moves it back. It can't be combined with now"
  })),
  frozen: Type.Optional(Type.Boolean({ description: 'Whether the clock stands still from now on' }))
}, {
  $id: 'ClockChange',
  description: 'The changes to a clock; at least one of the three is required',
  examples: [{ now: '2025-08-14T08:16:18.736Z', frozen: true }, { advance: 3600 }]
})

/** The changes to a sandbox's clock. */
export type ClockChange = Static<typeof ClockChangeSchema>

/** Adds the routes that read and change a sandbox's time. */
export function clockRoutes (app: OvocApp): void {
  for (const schema of [ClockSchema, ClockChangeSchema]) app.addSchema(schema)

  app.get('/clock', {
    schema: {
      operationId: 'getClock',
      summary: 'Read the clock',
      response: { 200: jsonResponse(ClockSchema, 'The clock') }
    }
  }, ({ sandbox }) => factsOf(sandbox.clock))

  app.put('/clock', {
    attachValidation: true,
    schema: {
      operationId: 'changeClock',
      summary: 'Set, advance, freeze or release the clock',
      body: ref(ClockChangeSchema),
      response: { 200: jsonResponse(ClockSchema, 'The clock after the change') }
    }
  }, request => {
    const { sandbox: { clock }, body } = request
    const advanced = () => new Date(clock.now().getTime() + (body.advance ?? 0) * 1000)
    const ofSchema = schemaProblems(request)
    const { now, advance, frozen } = body
    const problems: string[] = []
    if (ofSchema.length === 0 && [now, advance, frozen].every(field => field === undefined)) {
      problems.push('it must hold now, advance or frozen')
    }
    if (now !== undefined && advance !== undefined) problems.push('/advance must be left out where there is /now')
    // Check the meaning of a field only if the field matches the schema.
    if (now !== undefined && isSound('now', ofSchema) && readInstant(now) === undefined) {
      problems.push(`/now must be ${instantShape}, got ${quote(now)}`)
    }
    if (isSound('advance', ofSchema) && !isShowable(advanced())) {
      problems.push(`/advance must keep the clock between year 1 and 9999, got ${advance}`)
    }
    refuseProblems(ofSchema, problems)

    const instant = now === undefined ? advanced() : readInstant(now) as Date
    if (frozen === true) clock.freeze()
    if (frozen === false) clock.run()
    if (now !== undefined || advance !== undefined) clock.set(instant)
    return factsOf(clock)
  })
}

function factsOf (clock: Clock): ClockFacts {
  return { now: clock.now().toISOString(), frozen: clock.isFrozen }
}

const shape = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:?\d\d)$/

/** A description of what `readInstant` reads. */
export const instantShape =
  'an instant from year 1 to 9999 such as 2025-08-14T08:16:18.736Z or 2025-08-14T08:16:18.736+0000'

/** Returns the instant in a text, if a clock can show it. */
export function readInstant (text: string): Date | undefined {
  if (!shape.test(text)) return undefined
  const instant = new Date(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  if (!isShowable(instant)) return undefined
  // JavaScript takes February 31 for March 3.
  const day = text.slice(0, 10)
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day) ? instant : undefined
}

function isShowable (instant: Date): boolean {
  return instant >= clockRange.first && instant <= clockRange.last
}

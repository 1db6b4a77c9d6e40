import { shorten } from '../schema/describe-problems.ts'

/**
 * Thrown if fixtures can't be served. It has the first hundred problems of their lists, and how many more there are. It
 * has its own file because the command needs it before it loads any schema.
 */
export class FixtureProblems extends Error {
  override readonly name = 'FixtureProblems'
  readonly code = 'OVOC_MOCK_FIXTURES'
  readonly problems: readonly string[]

  constructor (given: string | object, problems: readonly string[]) {
    const shown = shorten(problems)
    const place = typeof given === 'string' ? `in ${given}` : 'of option fixtures'
    super([`the fixtures ${place} can't be served:`, ...shown].join('\n  '))
    this.problems = shown
  }
}

import { shorten } from '../schema/describe-problems.ts'

/** An error response that the simulator sends on purpose. `message` becomes the `description` in the body. */
export class Refusal extends Error {
  readonly statusCode: number
  readonly headers: Record<string, string>
  /** The single problems, if the message sums up several. */
  readonly problems: readonly string[]
  /** Further members of the body, on the simulator's own paths. */
  readonly members: object

  constructor (
    statusCode: number, description: string,
    { headers = {}, problems = [], members = {} }: Partial<Pick<Refusal, 'headers' | 'problems' | 'members'>> = {}
  ) {
    super(description)
    this.statusCode = statusCode
    this.headers = headers
    this.problems = problems
    this.members = members
  }
}

/**
 * Checks that a body has no problems.
 * @param ofSchema the problems that break its schema.
 * @param ofRules the problems that break other rules. Beyond 100 they are only counted.
 * @throws {Refusal} 400 that names the problems of both kinds, if there are any.
 */
export function refuseProblems (ofSchema: readonly string[], ofRules: readonly string[] = []): void {
  const problems = [...ofSchema, ...shorten(ofRules)]
  if (problems.length > 0) throw new Refusal(400, `the body is not valid: ${problems.join('; ')}`, { problems })
}

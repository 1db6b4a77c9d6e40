/** An error response that the simulator sends on purpose. `message` becomes the `description` in the body. */
export class Refusal extends Error {
  readonly statusCode: number
  readonly headers: Record<string, string>
  /** The single problems, if the message sums up several. */
  readonly problems: readonly string[]

  constructor (
    statusCode: number, description: string, headers: Record<string, string> = {}, problems: readonly string[] = []
  ) {
    super(description)
    this.statusCode = statusCode
    this.headers = headers
    this.problems = problems
  }
}

/**
 * Checks that a body has no problems.
 * @throws {Refusal} 400 that names the problems, if there are any.
 */
export function refuseProblems (problems: readonly string[]): void {
  if (problems.length > 0) throw new Refusal(400, `the body is not valid: ${problems.join('; ')}`, {}, problems)
}

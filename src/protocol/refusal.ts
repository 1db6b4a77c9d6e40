/** A response other than success that the simulator gives on purpose; `message` becomes the body's `description`. */
export class Refusal extends Error {
  readonly statusCode: number
  readonly headers: Record<string, string>
  /** What is wrong, one by one, where the message sums it up. */
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

/** @throws {Refusal} 400 that names the problems of the body, if there are any. */
export function refuseProblems (problems: readonly string[]): void {
  if (problems.length > 0) throw new Refusal(400, `the body is not valid: ${problems.join('; ')}`, {}, problems)
}

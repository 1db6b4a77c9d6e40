/** An answer other than success that the simulator gives on purpose; `message` becomes the body's `description`. */
export class Refusal extends Error {
  readonly statusCode: number
  readonly headers: Record<string, string>
  /** What is wrong, one by one, where the message sums it up. */
  readonly faults: readonly string[]

  constructor (statusCode: number, description: string, headers: Record<string, string> = {}, faults: readonly string[] = []) {
    super(description)
    this.statusCode = statusCode
    this.headers = headers
    this.faults = faults
  }
}

/** @throws {Refusal} 400 that names the faults of the body, if there are any. */
export function refuseFaults (faults: readonly string[]): void {
  if (faults.length > 0) throw new Refusal(400, `the body is not valid: ${faults.join('; ')}`, {}, faults)
}

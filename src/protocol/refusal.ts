/** An answer other than success that the simulator gives on purpose; `message` becomes the body's `description`. */
export class Refusal extends Error {
  readonly statusCode: number
  readonly headers: Record<string, string>

  constructor (statusCode: number, description: string, headers: Record<string, string> = {}) {
    super(description)
    this.statusCode = statusCode
    this.headers = headers
  }
}

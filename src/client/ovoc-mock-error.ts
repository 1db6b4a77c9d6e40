/** Why a server refused, as RFC 9457 has it; a refused verification also tells `count`, `expected` and `nearMisses`. */
export interface Problem {
  title: string
  status: number
  /** What is wrong, where, and what was expected. */
  detail: string
  /** Every problem, a sentence each. */
  problems: string[]
  [member: string]: unknown
}

/** A refusal of a server, so told that a test's output says what to do. */
export class OvocMockError extends Error {
  override readonly name = 'OvocMockError'
  readonly status: number
  readonly problem: Problem

  constructor (problem: Problem) {
    super([problem.detail, ...problem.problems.filter(one => !problem.detail.includes(one))].join('\n  '))
    this.status = problem.status
    this.problem = problem
  }
}

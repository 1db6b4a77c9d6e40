import { isPlainObject } from '../schema/parse-json.ts'
import { quote } from '../schema/quote.ts'

/** Thrown for a call that TypeScript would reject, or that this server does not support. */
export class WrongCall extends TypeError {
  readonly code = 'OVOC_MOCK_WRONG_CALL'
}

/** An argument of a method. */
interface Argument {
  /** Its name in messages. */
  name: string
  /** Returns what is wrong with a value, or an empty text. */
  problemOf (given: unknown): string
}

function argument (name: string, expected: string, fits: (given: unknown) => boolean): Argument {
  return { name, problemOf: given => fits(given) ? '' : `${name} must be ${expected}, got ${quote(given)}` }
}

export const aNumber = (name: string) => argument(name, 'a number', Number.isFinite)
export const aString = (name: string) => argument(name, 'a string', given => typeof given === 'string')
export const anObject = (name: string, expected = 'an object') => argument(name, expected, isPlainObject)
export const trueOrFalse = (name: string) => argument(name, 'true or false', given => typeof given === 'boolean')
export const anId = aNumber('the id')
export const anInstant = argument('the instant', 'a valid Date or a string', given => {
  // A fake `Date` in a test may be another class.
  const isDate = Object.prototype.toString.call(given) === '[object Date]'
  return isDate ? !isNaN(Number(given)) : typeof given === 'string'
})

/** The argument that a test runner passes to its hooks: `afterEach(ovoc.rules.clear)`. It is ignored. */
export const ofHook: Argument = { name: 'what a test runner passes', problemOf: () => '' }

/** Conditions for requests and what belongs to them. They stand in the argument itself, not in a `match`. */
export function conditions (name: string, example: string): Argument {
  const problemOf = (given: unknown) => {
    const problem = anObject(name).problemOf(given)
    if (problem !== '' || !('match' in (given as object))) return problem
    return `${name} must have conditions without match around them, as in ${example}`
  }
  return { name: `${name} ${example}`, problemOf }
}

/** Options of a call, which may be left out. */
export function theOptions (owner: string, known: Readonly<Record<string, Argument>>): Argument {
  return optional({
    name: 'the options',
    problemOf (given) {
      const problem = anObject('the options').problemOf(given)
      if (problem !== '') return problem
      const problems = Object.entries(given as object).map(([name, value]) => {
        if (Object.hasOwn(known, name)) return optional(known[name] as Argument).problemOf(value)
        return `${owner} has no option ${name}, only ${Object.keys(known).join(' and ')}`
      })
      return problems.find(one => one !== '') ?? ''
    }
  })
}

export function optional ({ name, problemOf }: Argument): Argument {
  return { name, problemOf: given => given === undefined ? '' : problemOf(given) }
}

/**
 * Checks the arguments of a call. JavaScript callers have no TypeScript to do so.
 * @throws {WrongCall} that says in one sentence what is wrong.
 */
export function checkArguments (call: string, expected: readonly Argument[], given: readonly unknown[]): void {
  if (given.length > expected.length) {
    const names = expected.map(({ name }) => name).join(' and ')
    const accepted = names === '' ? `no arguments, got ${given.length}` : `only ${names}, got ${given.length} arguments`
    throw new WrongCall(`${call} accepts ${accepted}`)
  }
  for (const [index, { problemOf }] of expected.entries()) {
    const problem = problemOf(given[index])
    if (problem !== '') throw new WrongCall(problem)
  }
}

type Method = (...given: unknown[]) => unknown

/**
 * Returns methods that check their arguments first. A wrong call rejects. `reset`, `drop` and `close` are left out,
 * because they are hooks.
 * @param expected the arguments of each method. More of them are wrong.
 */
export function checked<Methods extends object> (
  expected: { [Name in keyof NoInfer<Methods>]: Argument[] }, methods: Methods
): Methods {
  const entries = Object.entries<Method>(methods as Record<string, Method>).map(([name, method]) => {
    const call = async (...given: unknown[]) => {
      checkArguments(name, expected[name as keyof Methods], given)
      // Awaited, so that the stack of an error leads to the caller.
      return await method(...given)
    }
    return [name, call]
  })
  return Object.fromEntries(entries)
}

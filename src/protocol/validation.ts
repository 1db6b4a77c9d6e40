import type { AnySchemaObject, ErrorObject, ValidateFunction } from 'ajv'
import type { FastifyRequest } from 'fastify'
import { describeProblems, isRest, shorten, cutName, describeProblem, suggest } from '../schema/describe-problems.ts'
import { readTexts } from '../schema/read-text.ts'
import type { TextSchema } from '../schema/read-text.ts'
import { validatorsWith } from '../schema/validators.ts'
import { Refusal, refuseProblems } from './refusal.ts'

interface Part { schema: AnySchemaObject, httpPart?: string }

/**
 * Fastify's validator factory: bodies strictly as they come, paths and queries after their texts are read.
 * Each validator is made when the first request needs it, so that a start makes none.
 */
export function buildValidator (sharedSchemas: Record<string, unknown>) {
  const validatorOf = validatorsWith(Object.values(sharedSchemas) as object[])
  return (part: unknown): ValidateFunction => {
    const { schema, httpPart } = part as Part
    const prepare = httpPart === 'body' ? bodyPreparer(schema) : textPreparer(schema)
    let validate: ValidateFunction | undefined
    return wrap(prepare, () => {
      validate ??= validatorOf(schema)
      return validate
    })
  }
}

/** Says what is wrong, or right, without the schema, or makes the data ready for it. */
type Preparer = (data: unknown) => unknown

// Fastify hands over null for a body that was not sent; a body that is the JSON text `null` never comes this far.
function bodyPreparer (schema: AnySchemaObject): Preparer {
  const none = schema['x-optional'] === true || { error: new Refusal(400, 'the body must be a JSON object, got none') }
  return body => body === null ? none : undefined
}

function textPreparer (schema: AnySchemaObject): Preparer {
  return texts => readTexts(texts as Record<string, unknown>, schema as unknown as TextSchema)
}

// Fastify reads a validator's problems from its property `errors`.
function wrap (prepare: Preparer, made: () => ValidateFunction): ValidateFunction {
  const wrapped = (data: unknown) => {
    const decided = prepare(data)
    if (decided !== undefined) return decided
    const validate = made()
    const isValid = validate(data)
    wrapped.errors = validate.errors
    return isValid
  }
  wrapped.errors = undefined as ValidateFunction['errors']
  return wrapped as ValidateFunction
}

const partNames: Record<string, string | undefined> = { body: 'the body', params: 'the path', querystring: 'the query' }

/**
 * Checks a body that has rules besides its schema, so that one 400 names all problems. The route needs
 * `attachValidation: true`.
 * @param rules returns what breaks the rules; it gets what breaks the schema, to skip rules for fields that do.
 * @throws {Refusal} 400 that names every problem, or what is wrong with another part of the request.
 */
export function checkBody (request: FastifyRequest, rules: (ofSchema: readonly string[]) => readonly string[]): void {
  const error = request.validationError as (Refusal & FastifyRequest['validationError']) | undefined
  const ofSchema = error?.validationContext === 'body' ? error.problems : []
  if (error !== undefined && ofSchema.length === 0) throw error
  refuseProblems([...ofSchema, ...shorten(rules(ofSchema))])
}

/** Whether there is nothing among the problems of a body against a field, nor can be among those that were cut off. */
export function isSound (field: string, problems: readonly string[]): boolean {
  return !problems.some(problem => isRest(problem) || problem.startsWith(`/${field}/`) || problem.startsWith(`/${field} `))
}

/** Turns all problems of one part of a request into one 400. */
export function refuseInvalid (errors: readonly object[], part: string): Refusal {
  const problems = (part === 'querystring' ? describeQueryProblems : describeProblems)(errors as ErrorObject[])
  return new Refusal(400, `${partNames[part]} is not valid: ${problems.join('; ')}`, {}, problems)
}

/** As of any data, but a parameter goes by its name, and one that is called as a field that can be filtered on gets that filter shown. */
export function describeQueryProblems (errors: ErrorObject[]): string[] {
  return describeProblems(errors, error => error.keyword === 'additionalProperties' ? describeUnknown(error) : describeProblem(error).slice(1))
}

function describeUnknown ({ params: { additionalProperty: name }, parentSchema, data }: ErrorObject): string {
  const { properties, 'x-filterable': filterable = [] } = parentSchema as AnySchemaObject
  const advice = filterable.includes(name) ? adviseFilter(name, (data as Record<string, unknown>)[name]) : suggest(name, Object.keys(properties))
  return `${cutName(name)} is not a known parameter${advice}`
}

function adviseFilter (field: string, value: unknown): string {
  const isShown = typeof value === 'string' && value.length <= 80 && !value.includes("'")
  return `; to compare that field, ask for filter=(${field}='${isShown ? value : '…'}')`
}

import type { AnySchemaObject, ValidateFunction } from 'ajv'
import type { FastifyRequest, FastifyServerOptions } from 'fastify'
import { describeProblems, isRest, cutName, describeProblem, suggest } from '../schema/describe-problems.ts'
import type { SchemaProblem } from '../schema/describe-problems.ts'
import { readTexts } from '../schema/read-text.ts'
import type { TextSchema } from '../schema/read-text.ts'
import { validatorOf } from '../schema/validators.ts'
import { Refusal } from './refusal.ts'

/**
 * Keeps the named schemas of an app without a copy. They are constants, but Fastify would copy each for every app.
 * `getSchemas` returns the same object until a schema is added, because Fastify calls it for each route.
 */
export const keepSchemas: Bucket = given => {
  let named = given as Record<string, unknown> | undefined ?? {}
  const bucket = {
    add: (schema: { $id: string }) => { named = { ...named, [schema.$id]: schema } },
    getSchema: (id: string) => named[id],
    getSchemas: () => named
  }
  // In Fastify's type `add` returns the server, but nothing reads it.
  return bucket as unknown as ReturnType<Bucket>
}

type Bucket = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['bucket']>

/**
 * Fastify's validator factory. Bodies are validated as they come, paths and queries after their texts are parsed.
 */
export const buildValidator = (named: object) => validatorCompiler(named, false)

/** The same for routes that a program adds. A wrong schema is an error when the server gets ready. */
export const buildValidatorOfPrograms = (named: object) => validatorCompiler(named, true)

function validatorCompiler (sharedSchemas: object, isAtOnce: boolean) {
  const named = Object.values(sharedSchemas)
  return (part: unknown): ValidateFunction => {
    const { schema, httpPart } = part as { schema: AnySchemaObject, httpPart?: string }
    const validate = validatorOf(schema, named, isAtOnce)
    const wrapped = (data: unknown) => {
      if (httpPart !== 'body') readTexts(data as Record<string, unknown>, schema as unknown as TextSchema)
      // Fastify passes null for a missing body. A body with the JSON text `null` is rejected before this point.
      else if (data === null) return schema['x-optional'] === true || { error: noBody }
      const isValid = validate(data)
      // Fastify reads the problems from this property.
      wrapped.errors = validate.errors
      return isValid
    }
    wrapped.errors = undefined as ValidateFunction['errors']
    return wrapped as ValidateFunction
  }
}

const noBody = new Refusal(400, 'the body must be a JSON object, got none')

const partNames: Record<string, string | undefined> = { body: 'the body', params: 'the path', querystring: 'the query' }

/**
 * Returns the problems that break the schema of a body. A body that has other rules too is refused later, so that one
 * 400 names all problems. The route needs `attachValidation: true`.
 * @throws {Refusal} 400 that says what is wrong with another part of the request.
 */
export function schemaProblems (request: FastifyRequest): readonly string[] {
  const error = request.validationError as (Refusal & FastifyRequest['validationError']) | undefined
  const problems = error?.validationContext === 'body' ? error.problems : []
  if (error !== undefined && problems.length === 0) throw error
  return problems
}

/** Returns whether a field has no problem in the body. It is false if problems were cut off, because one may be its. */
export function isSound (field: string, problems: readonly string[]): boolean {
  const isOfField = (problem: string) => problem.startsWith(`/${field}/`) || problem.startsWith(`/${field} `)
  return !problems.some(problem => isRest(problem) || isOfField(problem))
}

/** Returns one 400 with all problems of one part of a request. */
export function refuseInvalid (errors: readonly object[], part: string): Refusal {
  const describe = part === 'querystring' ? describeQueryProblem : describeProblem
  const problems = describeProblems(errors as SchemaProblem[], describe)
  return new Refusal(400, `${partNames[part]} is not valid: ${problems.join('; ')}`, { problems })
}

/** Describes a problem with a query parameter. If its name is a field to filter on, the text shows the filter. */
function describeQueryProblem (error: SchemaProblem): string {
  if (error.keyword !== 'additionalProperties') return describeProblem(error).slice(1)
  const { params: { additionalProperty: name }, parentSchema, data } = error
  const { properties, 'x-filterable': filterable = [] } = parentSchema as AnySchemaObject
  let advice = suggest(name, Object.keys(properties))
  if (filterable.includes(name)) {
    const value = (data as Record<string, unknown>)[name]
    const isShown = typeof value === 'string' && value.length <= 80 && !value.includes("'")
    advice = `; to compare that field, ask for filter=(${name}='${isShown ? value : '…'}')`
  }
  return `${cutName(name)} is not a known parameter${advice}`
}

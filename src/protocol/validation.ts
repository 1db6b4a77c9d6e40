import type { AnySchemaObject, ErrorObject, ValidateFunction } from 'ajv'
import { describeFaults } from '../schema/describe-faults.ts'
import { readTexts } from '../schema/read-text.ts'
import type { TextSchema } from '../schema/read-text.ts'
import { strictAjv } from '../schema/strict-ajv.ts'
import { Refusal } from './refusal.ts'

interface Part { schema: AnySchemaObject, httpPart?: string }

/** Fastify's validator factory: bodies strictly as they come, paths and queries after their texts are read. */
export function buildValidator (sharedSchemas: Record<string, unknown>) {
  const ajv = strictAjv(Object.values(sharedSchemas) as object[])
  return (part: unknown): ValidateFunction => {
    const { schema, httpPart } = part as Part
    const validate = ajv.compile(schema)
    return httpPart === 'body' ? checkBody(validate, schema) : readFirst(validate, schema)
  }
}

// Fastify hands over null for a body that was not sent; a body that is the JSON text `null` never comes this far.
function checkBody (validate: ValidateFunction, schema: AnySchemaObject): ValidateFunction {
  const answerNone = () => schema['x-optional'] === true || { error: new Refusal(400, 'the body must be a JSON object, got none') }
  return wrap(validate, body => body === null ? answerNone() : validate(body))
}

function readFirst (validate: ValidateFunction, schema: AnySchemaObject): ValidateFunction {
  return wrap(validate, texts => {
    readTexts(texts as Record<string, unknown>, schema as unknown as TextSchema)
    return validate(texts)
  })
}

// Fastify reads a validator's faults from its property `errors`.
function wrap (validate: ValidateFunction, check: (data: unknown) => unknown): ValidateFunction {
  const wrapped = (data: unknown) => {
    const isValid = check(data)
    wrapped.errors = validate.errors
    return isValid
  }
  wrapped.errors = validate.errors
  return wrapped as ValidateFunction
}

const partNames: Record<string, string | undefined> = { body: 'the body', params: 'the path', querystring: 'the query' }

/** Turns all faults of one part of a request into one 400. */
export function refuseInvalid (errors: readonly object[], part: string): Refusal {
  const faults = describeFaults(errors as ErrorObject[])
  return new Refusal(400, `${partNames[part]} is not valid: ${faults.join('; ')}`)
}

import type { Ajv as AjvType, ValidateFunction } from 'ajv'
import type formats from 'ajv-formats'
import { load } from '../node.ts'

/**
 * Compiled schemas, shared by all apps of a process because they are constants. The keys are the numbers of the named
 * schemas and of the schema itself.
 */
const shared = new Map<string, ValidateFunction<any>>()

// Schemas that are alike have a number in common, since routes write some of theirs anew for each app. Their texts are
// long, so one is made once for each object.
const numbersByText = new Map<string, number>()
const numbers = new WeakMap<object, number>()

function numberOf (schema: object): number {
  const known = numbers.get(schema)
  if (known !== undefined) return known
  const text = JSON.stringify(schema)
  const number = numbersByText.get(text) ?? numbersByText.size
  numbersByText.set(text, number)
  numbers.set(schema, number)
  return number
}

/**
 * Returns a function that gives the validator of a schema, for bodies, parameters and fixtures. A validator
 * reports every problem, converts nothing and removes nothing. It is compiled, and Ajv loaded, at first use.
 * @param named the schemas that others refer to by `$id`.
 */
export function validatorsWith (named: readonly object[] = []) {
  let ajv: AjvType | undefined
  let namedNumbers: string | undefined
  return <Value = unknown>(schema: object): ValidateFunction<Value> => {
    const key = `${namedNumbers ??= named.map(numberOf).join()}/${numberOf(schema)}`
    const validate = shared.get(key) ?? (ajv ??= strictAjv(named)).compile<Value>(schema)
    shared.set(key, validate)
    return validate
  }
}

function strictAjv (named: readonly object[]): AjvType {
  const { Ajv } = load('ajv') as { Ajv: typeof AjvType }
  const { default: addFormats } = load('ajv-formats') as { default: typeof formats.default }
  // Our schemas are constants, and their tests check them. The compilation of the meta-schema takes a tenth of a start.
  const isSchemaChecked = { validateSchema: false, meta: false }
  const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true, ...isSchemaChecked })
  ajv.addVocabulary(['x-evidence', 'x-filterable', 'x-optional', 'x-secret', 'x-may-be-empty'])
  addFormats(ajv)
  for (const schema of named) ajv.addSchema(schema)
  return ajv
}

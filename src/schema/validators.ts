import type { Ajv as AjvType, ValidateFunction } from 'ajv'
import type formats from 'ajv-formats'
import { load } from '../node.ts'

/**
 * All apps of a process share compiled schemas, which are constants: by the text of the named schemas, then by the
 * schema's own text. Objects would not do as keys: Fastify copies named schemas for each app, and routes write some of
 * theirs anew.
 */
const shared = new Map<string, Map<string, ValidateFunction<any>>>()

/**
 * Returns what gives the validator of a schema, for bodies, parameters, fixtures and options. A validator reports every
 * problem, converts nothing and removes nothing. It is made, and Ajv loaded, when it is first asked for.
 * @param named the schemas that others refer to by `$id`.
 */
export function validatorsWith (named: readonly object[] = []) {
  const found = new WeakMap<object, ValidateFunction<any>>()
  let namedText: string | undefined
  let ajv: AjvType | undefined
  return <Value = unknown>(schema: object): ValidateFunction<Value> => {
    const known = found.get(schema)
    if (known !== undefined) return known

    namedText ??= JSON.stringify(named)
    const text = JSON.stringify(schema)
    const alike = shared.get(namedText) ?? new Map<string, ValidateFunction<any>>()
    const validate = alike.get(text) ?? (ajv ??= strictAjv(named)).compile<Value>(schema)
    shared.set(namedText, alike.set(text, validate))
    found.set(schema, validate)
    return validate
  }
}

function strictAjv (named: readonly object[]): AjvType {
  const { Ajv } = load('ajv') as { Ajv: typeof AjvType }
  const { default: addFormats } = load('ajv-formats') as { default: typeof formats.default }
  // Its own schemas are constants, which a test holds against the meta-schema: to compile that takes a tenth of a start.
  const isSchemaChecked = { validateSchema: false, meta: false }
  const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true, ...isSchemaChecked })
  ajv.addVocabulary(['x-evidence', 'x-filterable', 'x-optional', 'x-secret', 'x-may-be-empty'])
  addFormats(ajv)
  for (const schema of named) ajv.addSchema(schema)
  return ajv
}

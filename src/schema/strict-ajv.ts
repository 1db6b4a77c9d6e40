import type { Ajv as AjvType } from 'ajv'
import type formats from 'ajv-formats'
import { load } from '../node.ts'

/**
 * Makes an Ajv that reports every problem, converts nothing and removes nothing. Ajv is loaded at first use.
 * @param named the schemas that others refer to by `$id`.
 */
export function strictAjv (named: readonly object[]): AjvType {
  const { Ajv } = load('ajv') as { Ajv: typeof AjvType }
  const { default: addFormats } = load('ajv-formats') as { default: typeof formats.default }
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: true,
    allowUnionTypes: true,
    // Tests check the simulator's own schemas, and the meta-schema takes long to compile.
    validateSchema: false,
    meta: false,
    // The build keeps the code of the validators.
    code: { source: true }
  })
  ajv.addVocabulary(['x-evidence', 'x-filterable', 'x-optional', 'x-secret', 'x-may-be-empty'])
  addFormats(ajv)
  for (const schema of named) ajv.addSchema(schema)
  return ajv
}

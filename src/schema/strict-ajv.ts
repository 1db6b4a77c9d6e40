import { Ajv } from 'ajv'
import formats from 'ajv-formats'

/**
 * The validator of bodies, parameters, fixtures and options: it reports every fault, converts nothing and removes nothing.
 * @param named the schemas that others refer to by `$id`.
 */
export function strictAjv (named: readonly object[] = []): Ajv {
  const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true })
  ajv.addVocabulary(['x-evidence', 'x-filterable', 'x-optional', 'x-secret'])
  formats.default(ajv)
  for (const schema of named) ajv.addSchema(schema)
  return ajv
}

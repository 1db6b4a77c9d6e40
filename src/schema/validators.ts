import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Ajv as AjvType, ValidateFunction } from 'ajv'
import type formats from 'ajv-formats'
import { load } from '../node.ts'
import { inPackage } from '../package.ts'

/**
 * Returns the validator of a schema, for bodies, parameters and fixtures. It reports every problem, converts nothing
 * and removes nothing. The build has compiled the simulator's own schemas. Ajv compiles others at their first use, such
 * as those of routes that a program adds.
 * @param named the schemas that others refer to by `$id`.
 * @param isAtOnce whether a schema is compiled at once, so that a wrong one throws here.
 */
export function validatorOf<Value = unknown> (
  schema: object, named: readonly object[] = [], isAtOnce = false
): ValidateFunction<Value> {
  const compile = () => compiledByBuild(schema, named) ?? strictAjv(named).compile(schema)
  let compiled = isAtOnce ? compile() : undefined
  const validate = (value: unknown) => {
    compiled ??= compile()
    const isValid = compiled(value)
    validate.errors = compiled.errors
    return isValid
  }
  validate.errors = undefined as ValidateFunction['errors']
  return validate as ValidateFunction<Value>
}

/** Loads the validator from the folder that the build puts beside the code. */
function compiledByBuild (schema: object, named: readonly object[]): ValidateFunction | undefined {
  const file = inPackage(`assets/validators/${keyOf(schema, named)}.cjs`)
  return existsSync(file) ? load(fileURLToPath(file)) : undefined
}

/**
 * The name of a compiled schema. Schemas that are alike have the same one, in whatever process.
 * @public for the build.
 */
export function keyOf (schema: object, named: readonly object[]): string {
  return hashOf(`${named.map(hashOfSchema)} ${hashOfSchema(schema)}`)
}

// Their texts are long, so each is made once.
const hashes = new WeakMap<object, string>()

function hashOfSchema (schema: object): string {
  const known = hashes.get(schema) ?? hashOf(JSON.stringify(schema))
  hashes.set(schema, known)
  return known
}

function hashOf (text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/**
 * Makes an Ajv that reports every problem, converts nothing and removes nothing. Ajv is loaded at first use.
 * @param named the schemas that others refer to by `$id`.
 * @public for the build.
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

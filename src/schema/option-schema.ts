import type { SchemaProblem } from './describe-problems.ts'

/** One option, described with keywords of JSON Schema. Its value has the type of its default. */
export interface OptionSchema<Value = unknown> {
  type: 'string' | 'integer' | 'number' | 'boolean' | 'array'
  default?: Value
  description?: string
  title?: string
  enum?: readonly string[]
  pattern?: string
  minLength?: number
  minimum?: number
  maximum?: number
  items?: OptionSchema
  'x-secret'?: boolean
  /** Whether an empty text is a valid value. Without it, an empty flag or variable is an error. */
  'x-may-be-empty'?: boolean
}

type Words<Value> = Omit<OptionSchema<Value>, 'type' | 'items'>

/** Options by name. */
export interface OptionTable<Options extends Record<string, OptionSchema> = Record<string, OptionSchema>> {
  type: 'object'
  properties: Options
  required: string[]
  additionalProperties: false
}

/** The values of a table's options. */
export type ValuesOf<Table extends OptionTable> = {
  [Name in keyof Table['properties']]: Table['properties'][Name] extends OptionSchema<infer Value> ? Value : never
}

/**
 * The part of TypeBox's `Type`, and of our `oneOf` and `strictObject`, that options need. TypeBox itself takes 0.2 s of
 * processor time to load. That is more than everything else the command does for `health`, or to reject a flag.
 */
export const Type = {
  String: (words: Words<string>): OptionSchema<string> => ({ type: 'string', ...words }),
  Integer: (words: Words<number>): OptionSchema<number> => ({ type: 'integer', ...words }),
  Number: (words: Words<number>): OptionSchema<number> => ({ type: 'number', ...words }),
  Boolean: (words: Words<boolean>): OptionSchema<boolean> => ({ type: 'boolean', ...words }),
  Array: <Item>(items: OptionSchema<Item>, words: Words<Item[]>): OptionSchema<Item[]> => {
    return { type: 'array', items, ...words }
  }
}

/** An option that accepts only these strings. */
export function oneOf<const Value extends string> (
  values: readonly Value[],
  words: Words<NoInfer<Value>>
): OptionSchema<Value> {
  return { type: 'string', enum: values, ...words }
}

/** A table with exactly these options. */
export function strictObject<const Options extends Record<string, OptionSchema>> (
  properties: Options
): OptionTable<Options> {
  return { type: 'object', required: Object.keys(properties), properties, additionalProperties: false }
}

/** Fields that may be left out. Undefined means the same as left out. */
export type Given<Fields> = { [Field in keyof Fields]?: Fields[Field] | undefined }

/**
 * What is wrong with options, as Ajv would say it. Ajv itself takes more processor time to load than all else that
 * the command does for `health`.
 */
export function optionProblems (options: Record<string, unknown>, table: OptionTable): SchemaProblem[] {
  const unknown = Object.keys(options).filter(name => !Object.hasOwn(table.properties, name)).map(name => ({
    keyword: 'additionalProperties',
    instancePath: '',
    params: { additionalProperty: name },
    parentSchema: table
  }))
  return [...unknown, ...Object.entries(table.properties).flatMap(([name, schema]) => {
    return valueProblems(options[name], schema, `/${name}`)
  })]
}

function valueProblems (data: unknown, schema: OptionSchema, instancePath: string): SchemaProblem[] {
  const { items } = schema
  if (!fits(data, schema)) return [{ keyword: 'type', instancePath, params: {}, parentSchema: schema, data }]
  if (items === undefined) return []
  return (data as unknown[]).flatMap((item, index) => valueProblems(item, items, `${instancePath}/${index}`))
}

function fits (data: unknown, { type, enum: values, pattern, minLength = 0, minimum, maximum }: OptionSchema): boolean {
  switch (type) {
    case 'array': return Array.isArray(data)
    case 'boolean': return typeof data === 'boolean'
    case 'string':
      return typeof data === 'string' && data.length >= minLength && (values?.includes(data) ?? true) &&
        (pattern === undefined || new RegExp(pattern, 'u').test(data))
  }
  const isNumber = type === 'integer' ? Number.isInteger(data) : Number.isFinite(data)
  return isNumber && Number(data) >= Number(minimum) && Number(data) <= Number(maximum)
}

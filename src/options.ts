import Type from 'typebox'
import type { Static, TObject } from 'typebox'
import { describeFaults } from './schema/describe-faults.ts'
import { oneOf, strictObject } from './schema/primitives.ts'
import { strictAjv } from './schema/strict-ajv.ts'

/** Each option once: the flag `--unknown-ids` and the variable `OVOC_MOCK_UNKNOWN_IDS` follow from the name `unknownIds`. */
export const OptionsSchema = strictObject({
  host: Type.String({ default: '127.0.0.1', minLength: 1, description: 'Address to listen on; 0.0.0.0 is every address' }),
  port: Type.Integer({ default: 4010, minimum: 0, maximum: 65535, description: 'Port to listen on; 0 is any free port' }),
  fixtures: Type.String({ default: '', description: 'Folder of <resource>.json files to serve; empty serves the bundled records' }),
  customers: Type.Integer({ default: 0, minimum: 0, maximum: 10_000_000, description: 'How many generated customers to add' }),
  seed: Type.Integer({ default: 1, minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Which world the generated records come from' }),
  unknownIds: oneOf(['not-found', 'generate'], { default: 'not-found', description: 'Whether an id without a record is a 404 or gets a generated record' }),
  logLevel: oneOf(['auto', 'trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    default: 'auto', description: 'Least severe lines to log; info logs each request; auto is info on a terminal and with --json, else warn'
  }),
  json: Type.Boolean({ default: false, description: 'Print one machine-readable ready line, then log JSON' })
})

export type Options = Static<typeof OptionsSchema>

/** Thrown for wrong options; each line of the message is one fault. */
export class OptionFaults extends Error {}

/**
 * The options with the defaults of those that are not given.
 * @param spell how a fault names an option.
 * @throws {OptionFaults}
 */
export function completeOptions<Schema extends TObject = typeof OptionsSchema> (
  given: Partial<Static<Schema>>,
  schema: Schema = OptionsSchema as unknown as Schema,
  spell: (name: string) => string = name => `option ${name}`
): Static<Schema> {
  const options: Record<string, unknown> = defaultsOf(schema)
  for (const [name, value] of Object.entries(given)) if (value !== undefined) options[name] = value
  const validate = strictAjv().compile<Static<Schema>>(schema)
  if (validate(options)) return options
  const faults = describeFaults(validate.errors)
  throw new OptionFaults(faults.map(fault => fault.replace(/^\/(\w+)/, (_, name) => spell(name))).join('\n'))
}

function defaultsOf (schema: TObject): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schema.properties).map(([name, option]) => [name, (option as { default?: unknown }).default]))
}

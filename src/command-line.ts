import { parseArgs } from 'node:util'
import Type from 'typebox'
import type { Static, TObject } from 'typebox'
import { OptionFaults, OptionsSchema, completeOptions } from './options.ts'
import { resources } from './resources/index.ts'
import { suggest } from './schema/describe-faults.ts'
import { oneOf, strictObject } from './schema/primitives.ts'
import { quote } from './schema/quote.ts'
import { readTexts } from './schema/read-text.ts'
import type { TextSchema } from './schema/read-text.ts'

/** Each command: what it does, its operands with what each may be, and its options. */
export const commands = {
  serve: { sentence: 'Start the server (the default command)', operands: {}, options: OptionsSchema },
  generate: {
    sentence: 'Print generated records of a resource as a fixture file; files of the same count and seed fit together',
    operands: { resource: resources.map(({ name }) => name) },
    options: strictObject({
      count: Type.Integer({ default: 10, minimum: 1, maximum: 1_000_000, description: 'How many records; of channels, services, devices and calls, those of so many customers' }),
      seed: OptionsSchema.properties.seed
    })
  },
  health: {
    sentence: 'Ask a running server whether it is ready; exit 0 if it is, else 1',
    operands: {},
    options: strictObject({
      url: Type.String({ default: '', description: 'Address of the server; empty asks the port on this machine' }),
      port: { ...OptionsSchema.properties.port, description: 'Port of a server on this machine' },
      https: Type.Boolean({ default: false, description: 'Ask the port on this machine with TLS' }),
      insecure: Type.Boolean({ default: false, description: 'Take any certificate from the address; from this machine any is taken' })
    })
  },
  openapi: {
    sentence: 'Print an OpenAPI document',
    operands: {},
    options: strictObject({
      format: oneOf(['json', 'yaml'], { default: 'json', description: 'Which notation' }),
      api: oneOf(['ovoc', 'control'], { default: 'ovoc', description: "Whose operations: OVOC's or those under /__admin" })
    })
  },
  fidelity: { sentence: 'Print what stands behind each operation: documented, observed or assumed', operands: {}, options: strictObject({}) }
} as const

type CommandName = keyof typeof commands

/** What was asked for on the command line. */
export type Invocation = {
  [Name in CommandName]: { command: Name, operands: string[], options: Static<typeof commands[Name]['options']> }
}[CommandName] | { command: 'help' | 'version' }

/** The flag of an option: `unknownIds` is `--unknown-ids`. */
export function flagOf (name: string): string {
  return `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
}

/** The variable of an option: `unknownIds` is `OVOC_MOCK_UNKNOWN_IDS`. */
function variableOf (name: string): string {
  return `OVOC_MOCK_${flagOf(name).slice(2).replaceAll('-', '_').toUpperCase()}`
}

/**
 * Reads arguments and environment; a flag goes before a variable.
 * @throws {OptionFaults}
 */
export function readCommandLine (args: string[], environment: NodeJS.ProcessEnv): Invocation {
  const { tokens } = parseArgs({ args, strict: false, tokens: true, allowPositionals: true, options: flagTypes() })
  const flags = tokens.filter(token => token.kind === 'option')
  const [word = 'serve', ...operands] = tokens.filter(token => token.kind === 'positional').map(token => token.value)
  if (flags.some(flag => flag.name === 'help' || flag.name === 'h') || word === 'help') return { command: 'help' }
  if (flags.some(flag => flag.name === 'version')) return { command: 'version' }
  const command = knownCommand(word, flags)
  const { options: schema } = commands[command]
  const given = { ...readVariables(environment, schema), ...readFlags(flags, schema) }
  checkOperands(command, operands)
  readTexts(given, schema as unknown as TextSchema)
  const flagged = new Set(flags.map(flag => flag.name))
  const spell = (name: string) => flagged.has(flagOf(name).slice(2)) ? flagOf(name) : variableOf(name)
  return { command, operands, options: completeOptions(given, schema as TObject, spell) } as Invocation
}

// A flag that is a switch in one command is none in another, so names decide, whatever the command.
function flagTypes (): Record<string, { type: 'boolean' | 'string' }> {
  const all = Object.values(commands).flatMap(({ options }) => Object.entries(options.properties as Record<string, { type?: string }>))
  return Object.fromEntries(all.map(([name, { type }]) => [flagOf(name).slice(2), { type: type === 'boolean' ? 'boolean' : 'string' }]))
}

function knownCommand (word: string, flags: readonly Flag[]): CommandName {
  if (Object.hasOwn(commands, word)) return word as CommandName
  readFlags(flags.filter(flag => !Object.hasOwn(flagTypes(), flag.name)), OptionsSchema)
  throw new OptionFaults(`"${word}" is not a command${suggest(word, Object.keys(commands))}`)
}

function checkOperands (command: CommandName, operands: string[]): void {
  const expected = Object.entries<string[]>(commands[command].operands).map(([name, values]) => `the ${name} (${values.join(', ')})`)
  if (operands.length === expected.length) return
  throw new OptionFaults(`${command} takes ${expected.length === 0 ? 'no operand' : `one operand, ${expected}`}, got ${operands.length === 0 ? 'none' : operands.map(operand => quote(operand)).join(', ')}`)
}

interface Flag { name: string, rawName: string, value: string | undefined, inlineValue: boolean | undefined }

function readFlags (flags: readonly Flag[], { properties }: TObject): Record<string, unknown> {
  const known = Object.keys(properties)
  const given: Record<string, unknown> = {}
  for (const { name: flag, rawName, value, inlineValue } of flags) {
    const name = known.find(candidate => flagOf(candidate).slice(2) === flag)
    if (name === undefined) throw new OptionFaults(`${rawName} is not an option${suggest(rawName, known.map(flagOf))}`)
    const { type } = properties[name] as { type?: string }
    if (type !== 'boolean' && (value === undefined || (!inlineValue && value.startsWith('--')))) throw new OptionFaults(`${rawName} needs a value`)
    given[name] = type === 'array' ? [...given[name] as string[] ?? [], value] : value ?? 'true'
  }
  return given
}

function readVariables (environment: NodeJS.ProcessEnv, { properties }: TObject): Record<string, unknown> {
  const present = Object.keys(properties).filter(name => environment[variableOf(name)] !== undefined)
  return Object.fromEntries(present.map(name => [name, environment[variableOf(name)]]))
}

/** The variables that look like options but are none. */
export function unknownVariables (environment: NodeJS.ProcessEnv): string[] {
  const known = Object.values(commands).flatMap(({ options }) => Object.keys(options.properties).map(variableOf))
  return Object.keys(environment).filter(name => name.startsWith('OVOC_MOCK_') && !known.includes(name))
}

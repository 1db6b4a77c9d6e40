import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { FixtureProblems } from '../dataset/fixture-problems.ts'
import { inPackage } from '../package.ts'
import { OptionProblems, OptionsSchema, completeOptions } from '../options/options.ts'
import { suggest } from '../schema/describe-problems.ts'
import { printable, quote } from '../schema/quote.ts'
import { Type, oneOf, strictObject } from '../schema/option-schema.ts'
import type { OptionSchema, OptionTable, ValuesOf } from '../schema/option-schema.ts'
import { readTexts } from '../schema/read-text.ts'

/** Returns the names of all resources, from the files of bundled records. So no schema is loaded for them. */
const resourceNames = () => readdirSync(inPackage('../fixtures'))
  .filter(file => file.endsWith('.json')).map(file => file.slice(0, -'.json'.length))

/** Each command: what it does, its operands with their possible values, and its options. */
export const commands = {
  serve: { sentence: 'Start the server (the default command)', operands: {}, options: OptionsSchema },
  generate: {
    sentence: 'Print generated records of a resource as a fixture file; ' +
      'files with the same count and seed fit together',
    operands: { resource: resourceNames },
    options: strictObject({
      count: Type.Integer({
        default: 10,
        minimum: 1,
        maximum: 1_000_000,
        description: 'Number of records; if they belong to customers, the number of customers'
      }),
      seed: OptionsSchema.properties.seed
    })
  },
  health: {
    sentence: 'Ask a running server whether it is ready; exit 0 if it is, otherwise 1. ' +
      'On Linux it finds the server by itself',
    operands: {},
    options: strictObject({
      url: Type.String({
        default: '', description: 'Address of the server; if empty, the port on this machine is asked'
      }),
      port: { ...OptionsSchema.properties.port, description: 'Port of a server on this machine' },
      https: Type.Boolean({ default: false, description: 'Ask the port on this machine with TLS' }),
      insecure: Type.Boolean({
        default: false, description: 'Accept any certificate from the address; from this machine any is accepted'
      })
    })
  },
  openapi: {
    sentence: 'Print an OpenAPI document',
    operands: {},
    options: strictObject({
      format: oneOf(['json', 'yaml'], { default: 'json', description: 'Format of the document' }),
      api: oneOf(['ovoc', 'control'], {
        default: 'ovoc', description: "Operations in the document: OVOC's or those under /__admin"
      })
    })
  },
  fidelity: {
    sentence: 'Print the evidence for each operation: documented, observed or assumed',
    operands: {},
    options: strictObject({})
  }
} as const

type CommandName = keyof typeof commands

/** The options of all commands. One that several commands have is in it several times. */
export const allOptions = Object.values(commands)
  .flatMap(({ options }) => Object.entries<OptionSchema>(options.properties))

/** The request on the command line. */
export type Invocation = {
  [Name in CommandName]: {
    command: Name
    operands: string[]
    options: ValuesOf<typeof commands[Name]['options']>
    /** Whether there were flags, not only variables and defaults. */
    isTold: boolean
  }
}[CommandName] | { command: 'help' | 'version' }

/** Returns the flag of an option: `unknownIds` is `--unknown-ids`. */
export function flagOf (name: string): string {
  return `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
}

/** Returns the variable of an option: `unknownIds` is `OVOC_MOCK_UNKNOWN_IDS`. */
function variableOf (name: string): string {
  return `OVOC_MOCK_${flagOf(name).slice(2).replaceAll('-', '_').toUpperCase()}`
}

/** Returns an option's name as the caller wrote it: its variable if the value comes from there, otherwise its flag. */
function givenName (name: string, args: readonly string[], environment: NodeJS.ProcessEnv): string {
  const flag = flagOf(name)
  const isFlag = args.some(arg => arg === flag || arg.startsWith(`${flag}=`))
  return !isFlag && variableOf(name) in environment ? variableOf(name) : flag
}

/** Returns a message for the caller of the command, with each `option admin-open` in it as the caller wrote it. */
export function spellOptions (
  message: string, args: readonly string[] = process.argv, environment: NodeJS.ProcessEnv = process.env
): string {
  return message.replace(/(?:the )?option ([a-z]+(?:-[a-z]+)*)/g, (text, written) => {
    const [name] = allOptions.find(([candidate]) => flagOf(candidate) === `--${written}`) ?? []
    return name === undefined ? text : givenName(name, args, environment)
  })
}

/**
 * Reads arguments and environment. A flag overrides a variable.
 * @throws {OptionProblems}
 */
export async function readCommandLine (args: string[], environment: NodeJS.ProcessEnv): Promise<Invocation> {
  // The command may follow its flags, so it must not decide which flags are switches.
  const kinds = Object.fromEntries(allOptions.map(([name, { type }]) => {
    return [flagOf(name).slice(2), { type: type === 'boolean' ? 'boolean' as const : 'string' as const }]
  }))
  const { tokens } = parseArgs({ args, strict: false, tokens: true, allowPositionals: true, options: kinds })
  const flags = tokens.filter(token => token.kind === 'option')
  const [word = 'serve', ...operands] = tokens.filter(token => token.kind === 'positional').map(token => token.value)
  const valued = flags.find(({ name, value }) => ['help', 'version'].includes(name) && value !== undefined)
  if (valued !== undefined) throw new OptionProblems(`${valued.rawName} accepts no value`)
  if (word === 'help' || flags.some(({ name }) => name === 'help' || name === 'h')) return { command: 'help' }
  if (flags.some(({ name }) => name === 'version')) return { command: 'version' }

  if (!Object.hasOwn(commands, word)) {
    // The value of a misspelt flag looks like a command. Report the flag instead.
    readFlags(flags.filter(({ name }) => !Object.hasOwn(kinds, name)), OptionsSchema)
    throw new OptionProblems(`"${word}" is not a command${suggest(word, Object.keys(commands))}`)
  }
  const command = word as CommandName
  const { options: schema, operands: expected } = commands[command]

  const given: Record<string, unknown> = {}
  for (const [name, option] of Object.entries<OptionSchema>(schema.properties)) {
    const text = environment[variableOf(name)]
    if (text === '' && option['x-may-be-empty'] !== true) {
      throw new OptionProblems(`${variableOf(name)} is set but empty; unset it or give it a value`)
    }
    if (text !== undefined) given[name] = text
  }
  Object.assign(given, readFlags(flags, schema))

  if (operands.length !== Object.keys(expected).length) {
    const [wanted = 'only options'] = Object.entries(expected).map(([name, values]) => {
      return `one ${name} (${values().join(', ')})`
    })
    throw new OptionProblems(`${command} accepts ${wanted}, got ${operands.map(quote).join(', ') || 'none'}`)
  }

  readTexts(given, schema)
  const options = completeOptions(given, schema, name => givenName(name, args, environment))
  return { command, operands, options, isTold: flags.length > 0 } as Invocation
}

interface Flag { name: string, rawName: string, value: string | undefined, inlineValue: boolean | undefined }

function readFlags (flags: readonly Flag[], { properties }: OptionTable): Record<string, unknown> {
  const known = Object.keys(properties)
  const given: Record<string, unknown> = {}
  for (const { name: flag, rawName, value, inlineValue } of flags) {
    const name = known.find(candidate => flagOf(candidate) === `--${flag}`)
    if (name === undefined) {
      throw new OptionProblems(`${rawName} is not an option${suggest(rawName, known.map(flagOf))}`)
    }
    const option = properties[name] as OptionSchema
    const { type, 'x-may-be-empty': mayBeEmpty = false, 'x-secret': isSecret = false } = option
    const hasValue = value !== undefined && (value !== '' || mayBeEmpty) && (inlineValue || !value.startsWith('--'))
    if (type !== 'boolean' && !hasValue) throw new OptionProblems(`${rawName} needs a value`)
    const text = value ?? 'true'
    if (type === 'array') {
      given[name] = [...given[name] as string[] ?? [], text]
      continue
    }
    if (name in given) {
      const values = isSecret ? '' : `: ${printable(`${given[name]} and ${text}`)}`
      throw new OptionProblems(`${rawName} was given twice${values}`)
    }
    given[name] = text
  }
  return given
}

/** Returns the variables that look like options but are not. */
export function unknownVariables (environment: NodeJS.ProcessEnv): string[] {
  const known = allOptions.map(([name]) => variableOf(name))
  return Object.keys(environment).filter(name => name.startsWith('OVOC_MOCK_') && !known.includes(name)).map(printable)
}

/**
 * Returns what the command prints on failure, and its exit code. The code is 2 if the caller can correct options or
 * data, and 1 if the machine is the cause.
 */
export function complaintAbout (
  failure: NodeJS.ErrnoException, args?: readonly string[], environment?: NodeJS.ProcessEnv
): { text: string, exitCode: 1 | 2 } {
  const advice: Record<string, string | undefined> = {
    EADDRINUSE: 'the port is taken, choose another with the option port, 0 for any free one: ',
    EACCES: 'the port needs more rights or is reserved, choose another above 1023 with the option port: ',
    ENOTFOUND: 'that address has no number, choose another with the option host: ',
    EADDRNOTAVAIL: 'this machine does not have that address, choose another with the option host: '
  }
  const message = `${advice[failure.code ?? ''] ?? ''}${failure.message}`
  const lines = spellOptions(message, args, environment).split('\n')
  const text = `ovoc-mock: ${lines.map(printable).join('\n')}\n`
  if (failure instanceof OptionProblems) return { text: `${text}ovoc-mock: see ovoc-mock --help\n`, exitCode: 2 }
  return { text, exitCode: failure instanceof FixtureProblems ? 2 : 1 }
}

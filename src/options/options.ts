import { longestDelay } from '../sandbox/clock.ts'
import { presetNames } from '../sandbox/presets.ts'
import type { Rule } from '../sandbox/rule.ts'
import { accountName, accountShape } from '../schema/accounts.ts'
import { describeProblems } from '../schema/describe-problems.ts'
import { isPlainObject } from '../schema/parse-json.ts'
import { quote } from '../schema/quote.ts'
import type { Given, OptionTable, ValuesOf } from '../schema/option-schema.ts'
import { Type, oneOf, optionProblems, strictObject } from '../schema/option-schema.ts'

/**
 * Each option once: the flag `--unknown-ids` and the variable `OVOC_MOCK_UNKNOWN_IDS` follow from the name
 * `unknownIds`.
 */
export const OptionsSchema = strictObject({
  /** Address to listen on; 0.0.0.0 is every address. Default: 127.0.0.1. */
  host: Type.String({
    default: '127.0.0.1',
    minLength: 1,
    description: 'Address to listen on; 0.0.0.0 is every address'
  }),
  /** Port to listen on; 0 is any free port. Default: 0; of the command 4010. */
  port: Type.Integer({
    default: 4010,
    minimum: 0,
    maximum: 65535,
    description: 'Port to listen on; 0 is any free port'
  }),
  /**
   * Folder of <resource>.json files to serve, or one file with such lists by resource; empty serves the bundled
   * records.
   */
  fixtures: Type.String({
    default: '',
    'x-may-be-empty': true,
    description: 'Folder of <resource>.json files to serve, or one file with such lists by resource; empty serves ' +
      'the bundled records'
  }),
  /** Serve the bundled records where there are no fixtures; --bundled=false begins with none. Default: true. */
  bundled: Type.Boolean({
    default: true,
    description: 'Serve the bundled records where there are no fixtures; --bundled=false begins with none'
  }),
  /** How many generated customers to add. Default: 0. */
  customers: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 10_000_000,
    description: 'How many generated customers to add'
  }),
  /** Which world the generated records come from. Default: 1. */
  seed: Type.Integer({
    default: 1,
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'Which world the generated records come from'
  }),
  /** Whether an id without a record is a 404 or gets a generated record. Default: not-found. */
  unknownIds: oneOf(['not-found', 'generate'], {
    default: 'not-found',
    description: 'Whether an id without a record is a 404 or gets a generated record'
  }),
  /** Whether fields of fixtures that no schema knows are an error or are served as they are. Default: refuse. */
  unknownFields: oneOf(['refuse', 'keep'], {
    default: 'refuse',
    description: 'Whether fields of fixtures that no schema knows are an error or are served as they are'
  }),
  /**
   * Least severe lines to log; info logs each request; auto is info on a terminal and with --json, else warn. Default:
   * error; of the command auto.
   */
  logLevel: oneOf(['auto', 'trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    default: 'auto',
    description: 'Least severe lines to log; info logs each request; auto is info on a terminal and with --json, ' +
      'else warn'
  }),
  /** Whether callers show credentials; optional refuses wrong ones only, off ignores them. Default: optional. */
  auth: oneOf(['off', 'optional', 'required'], {
    default: 'optional',
    description: 'Whether callers show credentials; optional refuses wrong ones only, off ignores them'
  }),
  /** Who may enter /ovoc/v1, as name:password or name:password:role; repeatable. Default: acladmin:pass_1234:admin. */
  user: Type.Array(Type.String(accountShape('name', 'password')), {
    default: ['acladmin:pass_1234:admin'],
    description: 'Who may enter /ovoc/v1, as name:password or name:password:role; repeatable',
    'x-secret': true
  }),
  /** Who gets tokens, as id:secret or id:secret:role; repeatable. Default: ovoc-client:ovoc-secret:admin. */
  client: Type.Array(Type.String(accountShape('id', 'secret')), {
    default: ['ovoc-client:ovoc-secret:admin'],
    description: 'Who gets tokens, as id:secret or id:secret:role; repeatable',
    'x-secret': true
  }),
  /** Audience that a token may be for; repeatable; none is any api://… and any GUID but Microsoft's own. */
  audience: Type.Array(Type.String({ pattern: '\\S', description: 'an audience such as api://ovoc' }), {
    default: [],
    description: "Audience that a token may be for; repeatable; none is any api://… and any GUID but Microsoft's own"
  }),
  /** Seconds that a token is valid. Default: 3599. */
  tokenLifetime: Type.Integer({
    default: 3599,
    minimum: 1,
    maximum: 86_400,
    description: 'Seconds that a token is valid'
  }),
  /**
   * PEM file with the RSA private key for tokens (PKCS#8, at least 2048 bits). Default: a key made at the first token.
   */
  tokenKey: Type.String({
    default: '',
    'x-secret': true,
    description: 'PEM file with the RSA private key for tokens (PKCS#8, at least 2048 bits). Default: a key made at ' +
      'the first token'
  }),
  /** Seconds without a request after which a sandbox is dropped, fractions allowed; 0 is never. Default: 3600. */
  sandboxTtl: Type.Number({
    default: 3600,
    minimum: 0,
    maximum: 604_800,
    description: 'Seconds without a request after which a sandbox is dropped, fractions allowed; 0 is never'
  }),
  /** How many sandboxes are kept besides the default one; beyond, the least recently used is dropped. Default: 1000. */
  maxSandboxes: Type.Integer({
    default: 1000,
    minimum: 1,
    maximum: 1_000_000,
    description: 'How many sandboxes are kept besides the default one; beyond, the least recently used is dropped'
  }),
  /** How many requests each sandbox remembers; 0 is none. Default: 1000. */
  journalEntries: Type.Integer({
    default: 1000,
    minimum: 0,
    maximum: 1_000_000,
    description: 'How many requests each sandbox remembers; 0 is none'
  }),
  /**
   * Memory for all that sandboxes store, in bytes: half for journals, half for changes and snapshots. Default:
   * 134217728.
   */
  storageBytes: Type.Integer({
    default: 134_217_728,
    minimum: 2_097_152,
    maximum: 17_179_869_184,
    description: 'Memory for all that sandboxes store, in bytes: half for journals, half for changes and snapshots'
  }),
  /** Token of letters, digits and -._~+/ that callers of /__admin show as Bearer, from any address. */
  adminToken: Type.String({
    default: '',
    pattern: '^[\\w.~+/-]*=*$',
    'x-secret': true,
    title: 'letters, digits and -._~+/',
    description: 'Token of letters, digits and -._~+/ that callers of /__admin show as Bearer, from any address'
  }),
  /** Let every address control the simulator under /__admin, not this machine alone. Default: false. */
  adminOpen: Type.Boolean({
    default: false,
    description: 'Let every address control the simulator under /__admin, not this machine alone'
  }),
  /** Seconds within which a request must arrive in full, fractions allowed; 0 is no limit. Default: 60. */
  requestTimeout: Type.Number({
    default: 60,
    minimum: 0,
    maximum: 86_400,
    description: 'Seconds within which a request must arrive in full, fractions allowed; 0 is no limit'
  }),
  /** Milliseconds that every answer of OVOC waits. Default: 0. */
  delay: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: longestDelay,
    description: 'Milliseconds that every answer of OVOC waits'
  }),
  /** JSON file with a rule or a list of rules, or a preset (outage, slow, flaky, rate-limited); repeatable. */
  rule: Type.Array(Type.String({ minLength: 1 }), {
    default: [],
    description: `JSON file with a rule or a list of rules, or a preset (${presetNames.join(', ')}); repeatable`
  }),
  /** Listen with TLS on the port, with a certificate made at the start unless one is given. Default: false. */
  https: Type.Boolean({
    default: false,
    description: 'Listen with TLS on the port, with a certificate made at the start unless one is given'
  }),
  /** PEM file with the TLS certificate, and with those between it and its root. */
  tlsCert: Type.String({
    default: '',
    description: 'PEM file with the TLS certificate, and with those between it and its root'
  }),
  /** PEM file with the private key of the TLS certificate. */
  tlsKey: Type.String({ default: '', description: 'PEM file with the private key of the TLS certificate' }),
  /** Print one machine-readable ready line, then log JSON. Default: false. */
  json: Type.Boolean({ default: false, description: 'Print one machine-readable ready line, then log JSON' })
})

export type Options = ValuesOf<typeof OptionsSchema>

/** Thrown for wrong options; each line of the message is one problem. */
export class OptionProblems extends Error {
  override readonly name = 'OptionProblems'
  readonly code = 'OVOC_MOCK_OPTIONS'
}

/**
 * The options with the defaults of those that are not given.
 * @param spell how a problem names an option.
 * @throws {OptionProblems}
 */
export function completeOptions<Table extends OptionTable = typeof OptionsSchema> (
  given: Given<ValuesOf<Table>>,
  schema: Table = OptionsSchema as unknown as Table,
  spell: (name: string) => string = name => `option ${name}`
): ValuesOf<Table> {
  const options: Record<string, unknown> = {}
  for (const [name, option] of Object.entries(schema.properties)) options[name] = option.default
  for (const [name, value] of Object.entries(given)) if (value !== undefined) options[name] = value

  // An error names the option; of an item in a list the option's name is enough, since the value follows.
  const problems = describeProblems(optionProblems(options, schema))
    .map(problem => problem.replace(/^\/(\w+)(?:\/\d+)?/, (_, name) => spell(name)))
  // What is wrong with options that are right one by one. Those that a command does not have are undefined.
  if (problems.length === 0) {
    const { https, tlsCert = '', tlsKey = '' } = options as Partial<Options>
    if (tlsCert && !tlsKey) {
      problems.push(`${spell('tlsCert')} must come with the certificate's private key, in the option tls-key`)
    }
    if (tlsKey && !tlsCert) {
      problems.push(`${spell('tlsKey')} must come with the key's certificate, in the option tls-cert`)
    }
    if (tlsCert && tlsKey && !https) problems.push(`${spell('tlsCert')} has no effect without https`)
    problems.push(...twiceNamed('user', options, spell), ...twiceNamed('client', options, spell))
  }
  if (problems.length > 0) throw new OptionProblems(problems.join('\n'))
  return options as ValuesOf<Table>
}

/** The options of a server that a program starts: besides those of the command, records and rules as values. */
export type OwnOptions = Given<Omit<Options, 'fixtures'> & {
  /** Records by resource, or the path of a folder or file of them. Default: the bundled records. */
  fixtures: string | object
  /** Rules that every sandbox begins with, after those of the option `rule`. */
  rules: readonly Rule[]
}>

/**
 * The options of a server that a program starts: on any free port, and with no log but of its own failures, unless told
 * otherwise.
 * @returns those of the command, and the values that it can't have.
 * @throws {OptionProblems}
 */
export function completeOwnOptions (given: OwnOptions = {}) {
  if (!isPlainObject(given)) throw new OptionProblems(`the options must be an object, got ${quote(given)}`)
  const { fixtures = '', rules = [], port = 0, logLevel = 'error', ...others } = given
  if (!Array.isArray(rules)) throw new OptionProblems(`option rules must be a list, got ${quote(rules)}`)
  const isPath = !isPlainObject(fixtures)
  const options = completeOptions({ ...others, port, logLevel, ...isPath && { fixtures: fixtures as string } })
  return { options, fixtures, rules: rules as readonly Rule[] }
}

function twiceNamed (option: 'user' | 'client', options: Partial<Options>, spell: (name: string) => string): string[] {
  const names = (options[option] ?? []).map(accountName)
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index))
  return [...repeated].map(name => `${spell(option)} must name each one once, got ${quote(name)} again`)
}

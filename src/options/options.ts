import { maxDelay } from '../sandbox/clock.ts'
import { presetNames } from '../sandbox/presets.ts'
import type { Rule } from '../sandbox/rule.ts'
import { accountName, accountShape } from '../schema/accounts.ts'
import { describeProblems } from '../schema/describe-problems.ts'
import { isPlainObject } from '../schema/parse-json.ts'
import { quote } from '../schema/quote.ts'
import type { Given, OptionTable, ValuesOf } from '../schema/option-schema.ts'
import { Type, oneOf, optionProblems, strictObject } from '../schema/option-schema.ts'

/**
 * Defines each option once. Its flag and variable follow from its name: `unknownIds` is `--unknown-ids` and
 * `OVOC_MOCK_UNKNOWN_IDS`.
 */
export const OptionsSchema = strictObject({
  /** Address to listen on; 0.0.0.0 means every address. Default: 127.0.0.1. */
  host: Type.String({
    default: '127.0.0.1',
    minLength: 1,
    description: 'Address to listen on; 0.0.0.0 means every address'
  }),
  /** Port to listen on; 0 means any free port. Default: 0; for the command 4010. */
  port: Type.Integer({
    default: 4010,
    minimum: 0,
    maximum: 65535,
    description: 'Port to listen on; 0 means any free port'
  }),
  /**
   * Folder of <resource>.json files to serve, or one file with these lists by resource. Empty serves the bundled
   * records.
   */
  fixtures: Type.String({
    default: '',
    'x-may-be-empty': true,
    description: 'Folder of <resource>.json files to serve, or one file with these lists by resource. Empty serves ' +
      'the bundled records'
  }),
  /** Read the fixtures again whenever a file of them is saved. Default: false. */
  watch: Type.Boolean({
    default: false,
    description: 'Read the fixtures again whenever a file of them is saved'
  }),
  /** Serve the bundled records if there are no fixtures; --bundled=false begins with no records. Default: true. */
  bundled: Type.Boolean({
    default: true,
    description: 'Serve the bundled records if there are no fixtures; --bundled=false begins with no records'
  }),
  /** Number of generated customers to add. Default: 0. */
  customers: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 10_000_000,
    description: 'Number of generated customers to add'
  }),
  /** Seed for generated records. Default: 1. */
  seed: Type.Integer({
    default: 1,
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'Seed for generated records'
  }),
  /** Whether an id without a record is a 404 or gets a generated record. Default: not-found. */
  unknownIds: oneOf(['not-found', 'generate'], {
    default: 'not-found',
    description: 'Whether an id without a record is a 404 or gets a generated record'
  }),
  /** Whether fields of fixtures that the schemas do not know are an error, or are served unchanged. Default: refuse. */
  unknownFields: oneOf(['refuse', 'keep'], {
    default: 'refuse',
    description: 'Whether fields of fixtures that the schemas do not know are an error, or are served unchanged'
  }),
  /**
   * Least severe lines to log. info logs each request; auto is info on a terminal and with --json, otherwise warn.
   * Default: error; for the command auto.
   */
  logLevel: oneOf(['auto', 'trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    default: 'auto',
    description: 'Least severe lines to log. info logs each request; auto is info on a terminal and with --json, ' +
      'otherwise warn'
  }),
  /** Whether callers must show credentials. optional rejects only wrong ones; off ignores them. Default: optional. */
  auth: oneOf(['off', 'optional', 'required'], {
    default: 'optional',
    description: 'Whether callers must show credentials. optional rejects only wrong ones; off ignores them'
  }),
  /**
   * User that may call /ovoc/v1, as name:password or name:password:role; repeatable. Default: acladmin:pass_1234:admin.
   */
  user: Type.Array(Type.String(accountShape('name', 'password')), {
    default: ['acladmin:pass_1234:admin'],
    description: 'User that may call /ovoc/v1, as name:password or name:password:role; repeatable',
    'x-secret': true
  }),
  /** Client that may get tokens, as id:secret or id:secret:role; repeatable. Default: ovoc-client:ovoc-secret:admin. */
  client: Type.Array(Type.String(accountShape('id', 'secret')), {
    default: ['ovoc-client:ovoc-secret:admin'],
    description: 'Client that may get tokens, as id:secret or id:secret:role; repeatable',
    'x-secret': true
  }),
  /** Audience that a token may be for; repeatable. Without it: any api://… and any GUID except Microsoft's own. */
  audience: Type.Array(Type.String({ pattern: '\\S', description: 'an audience such as api://ovoc' }), {
    default: [],
    description: 'Audience that a token may be for; repeatable. ' +
      "Without it: any api://… and any GUID except Microsoft's own"
  }),
  /** Seconds that a token is valid. Default: 3599. */
  tokenLifetime: Type.Integer({
    default: 3599,
    minimum: 1,
    maximum: 86_400,
    description: 'Seconds that a token is valid'
  }),
  /**
   * PEM file with the RSA private key for tokens (PKCS#8, at least 2048 bits). Without it, a key is made at the first
   * token.
   */
  tokenKey: Type.String({
    default: '',
    'x-secret': true,
    description: 'PEM file with the RSA private key for tokens (PKCS#8, at least 2048 bits). ' +
      'Without it, a key is made at the first token'
  }),
  /** Seconds without a request after which a sandbox is dropped, fractions allowed; 0 means never. Default: 3600. */
  sandboxTtl: Type.Number({
    default: 3600,
    minimum: 0,
    maximum: 604_800,
    description: 'Seconds without a request after which a sandbox is dropped, fractions allowed; 0 means never'
  }),
  /**
   * Number of sandboxes to keep besides the default one. Beyond it, the least recently used one is dropped. Default:
   * 1000.
   */
  maxSandboxes: Type.Integer({
    default: 1000,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Number of sandboxes to keep besides the default one. ' +
      'Beyond it, the least recently used one is dropped'
  }),
  /** How many requests each sandbox remembers; 0 means none. Default: 1000. */
  journalEntries: Type.Integer({
    default: 1000,
    minimum: 0,
    maximum: 1_000_000,
    description: 'How many requests each sandbox remembers; 0 means none'
  }),
  /**
   * Memory for what sandboxes and requests store, in bytes: half for journals, half for changes, rules, snapshots,
   * states that requests still use, and bodies of requests that wait. Default: 67108864.
   */
  storageBytes: Type.Integer({
    default: 67_108_864,
    minimum: 2_097_152,
    maximum: 17_179_869_184,
    description: 'Memory for what sandboxes and requests store, in bytes: half for journals, half for changes, ' +
      'rules, snapshots, states that requests still use, and bodies of requests that wait'
  }),
  /** Token that callers of /__admin send as Bearer, from any address. It has letters, digits and -._~+/. */
  adminToken: Type.String({
    default: '',
    pattern: '^[\\w.~+/-]*=*$',
    'x-secret': true,
    title: 'letters, digits and -._~+/',
    description: 'Token that callers of /__admin send as Bearer, from any address. It has letters, digits and -._~+/'
  }),
  /** Let every address control the simulator under /__admin, not only this machine. Default: false. */
  adminOpen: Type.Boolean({
    default: false,
    description: 'Let every address control the simulator under /__admin, not only this machine'
  }),
  /** Seconds within which a request must arrive in full, fractions allowed; 0 means no limit. Default: 60. */
  requestTimeout: Type.Number({
    default: 60,
    minimum: 0,
    maximum: 86_400,
    description: 'Seconds within which a request must arrive in full, fractions allowed; 0 means no limit'
  }),
  /** Milliseconds that every response of OVOC waits. Default: 0. */
  delay: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: maxDelay,
    description: 'Milliseconds that every response of OVOC waits'
  }),
  /** JSON file with a rule or a list of rules, or a preset (outage, slow, flaky, rate-limited); repeatable. */
  rule: Type.Array(Type.String({ minLength: 1 }), {
    default: [],
    description: `JSON file with a rule or a list of rules, or a preset (${presetNames.join(', ')}); repeatable`
  }),
  /** Listen with TLS on the port. Without tls-cert, a certificate is made at the start. Default: false. */
  https: Type.Boolean({
    default: false,
    description: 'Listen with TLS on the port. Without tls-cert, a certificate is made at the start'
  }),
  /** PEM file with the TLS certificate and the intermediate certificates up to its root. */
  tlsCert: Type.String({
    default: '',
    description: 'PEM file with the TLS certificate and the intermediate certificates up to its root'
  }),
  /** PEM file with the private key of the TLS certificate. */
  tlsKey: Type.String({ default: '', description: 'PEM file with the private key of the TLS certificate' }),
  /** Print one machine-readable ready line, then log JSON. Default: false. */
  json: Type.Boolean({ default: false, description: 'Print one machine-readable ready line, then log JSON' })
})

export type Options = ValuesOf<typeof OptionsSchema>

/** Thrown for wrong options. Each line of the message is one problem. */
export class OptionProblems extends Error {
  override readonly name = 'OptionProblems'
  readonly code = 'OVOC_MOCK_OPTIONS'
}

/**
 * Returns the options, with defaults for those that are missing.
 * @param spell how a problem names an option.
 * @throws {OptionProblems}
 */
export function completeOptions<Table extends OptionTable> (
  given: Given<ValuesOf<Table>>, schema: Table, spell = (name: string) => `option ${name}`
): ValuesOf<Table> {
  const options: Record<string, unknown> = {}
  for (const [name, option] of Object.entries(schema.properties)) options[name] = option.default
  for (const [name, value] of Object.entries(given)) if (value !== undefined) options[name] = value

  // An error names the option. For an item of a list, the option's name is enough, since the value follows.
  const problems = describeProblems(optionProblems(options, schema))
    .map(problem => problem.replace(/^\/(\w+)(?:\/\d+)?/, (_, name) => spell(name)))
  // Check what the options must be together. Options that a command does not have are undefined.
  if (problems.length === 0) {
    const { https, tlsCert = '', tlsKey = '', watch, fixtures, user = [], client = [] } = options as Partial<Options>
    if (watch && fixtures === '') {
      problems.push(`${spell('watch')} must come with the path of a folder or file, in the option fixtures`)
    }
    if (tlsCert && !tlsKey) {
      problems.push(`${spell('tlsCert')} must come with the certificate's private key, in the option tls-key`)
    }
    if (tlsKey && !tlsCert) {
      problems.push(`${spell('tlsKey')} must come with the key's certificate, in the option tls-cert`)
    }
    if (tlsCert && tlsKey && !https) problems.push(`${spell('tlsCert')} has no effect without the option https`)
    for (const [option, accounts] of Object.entries({ user, client })) {
      const names = accounts.map(accountName)
      const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index))
      for (const name of repeated) {
        problems.push(`${spell(option)} must name each one only once, got ${quote(name)} again`)
      }
    }
  }
  if (problems.length > 0) throw new OptionProblems(problems.join('\n'))
  return options as ValuesOf<Table>
}

/**
 * The options of a server that a program starts. Besides those of the command, it can pass records and rules as values.
 */
export type OwnOptions<Fixtures = object, OwnRule = Rule> = Given<Omit<Options, 'fixtures'> & {
  /** Records by resource, or the path of a folder or a file of them. Default: the bundled records. */
  fixtures: string | Fixtures
  /** Rules that every sandbox begins with, after those of the option `rule`. */
  rules: readonly OwnRule[]
}>

/**
 * Returns the options of a server that a program starts. By default it listens on any free port and logs only its own
 * failures.
 * @returns the options of the command, and the values that the command can't have.
 * @throws {OptionProblems}
 */
export function completeOwnOptions (given: OwnOptions = {}) {
  if (!isPlainObject(given)) throw new OptionProblems(`the options must be an object, got ${quote(given)}`)
  const { fixtures = '', rules = [], port = 0, logLevel = 'error', ...others } = given
  if (!Array.isArray(rules)) throw new OptionProblems(`option rules must be a list, got ${quote(rules)}`)
  const isPath = !isPlainObject(fixtures)
  const values = { ...others, port, logLevel, ...isPath && { fixtures: fixtures as string } }
  const options = completeOptions(values, OptionsSchema)
  return { options, fixtures, rules: rules as readonly Rule[] }
}

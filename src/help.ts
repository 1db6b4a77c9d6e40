import { commands, flagOf, variableOf } from './command-line.ts'
import { describeExpected } from './schema/describe-faults.ts'

interface Option { default?: unknown, description?: string }

/** The text of `ovoc-mock --help`, made of the commands' and options' own descriptions. */
export function helpText (): string {
  const sections = Object.entries(commands).map(([name, { sentence, operands, options }]) => {
    const title = ['ovoc-mock', name, ...operands.map(operand => `<${operand}>`)].join(' ')
    const lines = Object.entries(options.properties).map(([option, schema]) => describeOption(option, schema as Option))
    return [title, `  ${sentence}.`, ...lines].join('\n')
  })
  return ['ovoc-mock simulates the REST API of an AudioCodes OVOC.', ...sections, 'Each option is also a variable: --unknown-ids is OVOC_MOCK_UNKNOWN_IDS. --help and --version print and exit.', ''].join('\n\n').trimEnd() + '\n'
}

function describeOption (name: string, { default: preset, description }: Option): string {
  return `    ${flagOf(name).padEnd(14)} ${description}${preset === '' || preset === false ? '' : ` (${preset})`}`
}

/** The README's table of the server's options. */
export function optionTable (): string {
  const rows = Object.entries(commands.serve.options.properties).map(([name, schema]) => {
    const { default: preset, description } = schema as Option
    return `| \`${flagOf(name)}\` | \`${variableOf(name)}\` | ${describeExpected(schema)} | \`${JSON.stringify(preset)}\` | ${description} |`
  })
  return ['| flag | variable | value | default | |', '|---|---|---|---|---|', ...rows].join('\n')
}

import { commands, flagOf } from './command-line.ts'

interface Option { default?: unknown, description?: string, enum?: string[] }

const widest = Math.max(...Object.values(commands).flatMap(({ options }) => Object.keys(options.properties).map(name => flagOf(name).length)))

/** The text of `ovoc-mock --help`, made of the commands' and options' own descriptions. */
export function helpText (): string {
  const sections = Object.entries(commands).map(([name, { sentence, operands, options }]) => {
    const title = ['ovoc-mock', name, ...Object.keys(operands).map(operand => `<${operand}>`)].join(' ')
    const choices = Object.entries<string[]>(operands).map(([operand, values]) => `    ${`<${operand}>`.padEnd(widest)} ${values.join(', ')}`)
    const lines = Object.entries(options.properties).map(([option, schema]) => describeOption(option, schema as Option))
    return [title, `  ${sentence}.`, ...choices, ...lines].join('\n')
  })
  return ['ovoc-mock simulates the REST API of an AudioCodes OVOC.', ...sections, 'Each option is also a variable: --unknown-ids is OVOC_MOCK_UNKNOWN_IDS, with commas in what is repeatable. --help and --version print and exit.\n'].join('\n\n')
}

function describeOption (name: string, { default: preset, description, enum: values }: Option): string {
  const choices = values === undefined ? '' : `: ${values.join(', ')}`
  return `    ${flagOf(name).padEnd(widest)} ${description}${choices}${preset === false || String(preset) === '' ? '' : ` (${preset})`}`
}

import type { OptionTable } from '../schema/option-schema.ts'
import { allOptions, commands, flagOf } from './command-line.ts'

/** Returns the text of `ovoc-mock --help`, made from the descriptions of commands and options. */
export function helpText (): string {
  const widest = Math.max(...allOptions.map(([name]) => flagOf(name).length))
  const line = (name: string, text: string) => folded(`    ${name.padEnd(widest)}  `, text)

  const paragraphs = ['ovoc-mock simulates the REST API of an AudioCodes OVOC.']
  for (const [name, { sentence, operands, options }] of Object.entries(commands)) {
    const lines = [['ovoc-mock', name, ...Object.keys(operands).map(operand => `<${operand}>`)].join(' ')]
    lines.push(folded('  ', `${sentence}.`))
    for (const [operand, values] of Object.entries(operands)) {
      lines.push(line(`<${operand}>`, values().join(', ')))
    }
    for (const [option, schema] of Object.entries((options as OptionTable).properties)) {
      const choices = schema.enum === undefined ? '' : `: ${schema.enum.join(', ')}`
      const preset = schema.default === false || String(schema.default) === '' ? '' : ` (${schema.default})`
      lines.push(line(flagOf(option), `${schema.description}${choices}${preset}`))
    }
    paragraphs.push(lines.join('\n'))
  }
  return [...paragraphs, `${folded('', lastParagraph)}\n`].join('\n\n')
}

/** Returns a text in lines of at most 120 characters. The others are indented as far as the first one's beginning. */
function folded (beginning: string, text: string): string {
  const lines = text.match(new RegExp(`.{1,${maxColumns - beginning.length}}(?: |$)`, 'g')) as string[]
  return beginning + lines.map(line => line.trimEnd()).join(`\n${' '.repeat(beginning.length)}`)
}

const maxColumns = 120

const lastParagraph = 'Each option is also a variable: --unknown-ids is OVOC_MOCK_UNKNOWN_IDS. In a variable, ' +
  'commas separate repeated values. ' +
  '--help and --version print and exit.'

import { parseArgs } from 'node:util'

// Three readings of memory, the fewest that show whether it grows.
const shortestSoak = 15

const options = {
  seconds: { type: 'string', default: '3' },
  rounds: { type: 'string', default: '3' },
  soak: { type: 'string', default: '60' },
  rows: { type: 'string' },
  only: { type: 'string' },
  json: { type: 'string' },
  check: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false }
}

/** What the options are, for people. */
export function help (sectionNames, rowNames) {
  return `npm run bench -- [options]
  --seconds N   of load for each server and round (${options.seconds.default})
  --rounds N    (${options.rounds.default})
  --soak N      seconds of load for the memory, at least ${shortestSoak} (${options.soak.default})
  --rows A,B    of the table of servers: ${rowNames.join(', ')}
  --only A,B    sections: ${sectionNames.join(', ')}
  --json FILE   the figures, every sample of them
  --check       exit 1 when a promise of the README does not hold`
}

/**
 * Reads the arguments; names of sections and rows that are not known are refused.
 * @throws for what can't be meant.
 */
export function readArguments (sectionNames, rowNames) {
  const { values } = parseArgs({ options })
  return {
    ...values,
    seconds: count('seconds', values.seconds),
    rounds: count('rounds', values.rounds),
    soak: count('soak', values.soak, shortestSoak),
    rows: choice('rows', values.rows, rowNames),
    only: choice('only', values.only, sectionNames)
  }
}

function count (option, text, least = 1) {
  if (/^\d+$/.test(text) && Number(text) >= least) return Number(text)
  throw new Error(`--${option} must be a whole number from ${least} up, got ${text}`)
}

function choice (option, text, known) {
  if (text === undefined) return known
  const names = text.split(',')
  const unknown = names.filter(name => !known.includes(name))
  if (unknown.length === 0) return names
  throw new Error(`--${option} knows ${known.join(', ')}, got ${unknown.join(', ')}`)
}

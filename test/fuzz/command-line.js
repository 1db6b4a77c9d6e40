import { parseArgs } from 'node:util'
import { kinds } from './hostile.js'

const options = {
  seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  requests: { type: 'string', default: '200000' },
  idle: { type: 'string', default: '10000' },
  only: { type: 'string' },
  help: { type: 'boolean', default: false }
}

/** What the options are, for people. */
export const help = `npm run fuzz -- [options]
  --seed N      which requests (any)
  --requests N  how many (${options.requests.default})
  --idle N      how many idle connections meanwhile (${options.idle.default})
  --only KIND   no requests but one kind of hostile load (${kinds.join(', ')}); all of them with hostile`

/**
 * Reads the arguments.
 * @throws for what can't be meant.
 */
export function readArguments () {
  const { values } = parseArgs({ options })
  const { help, only } = values
  if (![undefined, 'hostile', ...kinds].includes(only)) {
    throw new Error(`--only must be hostile or one of ${kinds.join(', ')}, got ${only}`)
  }
  const [seed, requests, idle] = ['seed', 'requests', 'idle'].map(option => count(option, values))
  return { help, only, seed, requests, idle }
}

function count (option, { [option]: text }) {
  if (/^\d{1,10}$/.test(text)) return Number(text)
  throw new Error(`--${option} must be a whole number, got ${text}`)
}

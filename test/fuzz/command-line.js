import { parseArgs } from 'node:util'

const options = {
  seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  requests: { type: 'string', default: '200000' },
  idle: { type: 'string', default: '10000' },
  help: { type: 'boolean', default: false }
}

/** What the options are, for people. */
export const help = `npm run fuzz -- [options]
  --seed N      which requests (any)
  --requests N  how many (${options.requests.default})
  --idle N      how many idle connections meanwhile (${options.idle.default})`

/**
 * Reads the arguments.
 * @throws for what can't be meant.
 */
export function readArguments () {
  const { values } = parseArgs({ options })
  return { help: values.help, seed: count('seed', values), requests: count('requests', values), idle: count('idle', values) }
}

function count (option, { [option]: text }) {
  if (/^\d{1,10}$/.test(text)) return Number(text)
  throw new Error(`--${option} must be a whole number, got ${text}`)
}

import { execFile, spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { connections } from '../server.js'

const run = promisify(execFile)
const file = name => fileURLToPath(new URL(name, import.meta.url))

// wrk costs a third of the processor time that autocannon does, which matters where server and load share two cores,
// and tells latencies finer than a millisecond; but npm does not have it.
const hasWrk = spawnSync('wrk', ['--version']).error === undefined

/** The program that makes the load, in a process of its own. */
export const tool = hasWrk ? 'wrk' : 'autocannon'

/**
 * Loads a server for some seconds; `ids` spreads the load over random ones of the range.
 * @returns requests per second, p50 and p99 in milliseconds, and how many answers there were.
 * @throws when an answer was not 2xx, or a connection failed.
 */
export async function load ({ origin, path, headers }, seconds, ids) {
  const { stdout } = await (hasWrk ? runWrk : runAutocannon)({ url: `${origin}${path}`, headers, seconds, ids })
  const { failures, ...figures } = JSON.parse(stdout.trim().split('\n').at(-1))
  if (failures > 0) throw new Error(`${failures} of ${figures.answers} requests to ${path} failed under load`)
  return figures
}

// No load asks for the ids that the one before it did.
let loads = 0

function runWrk ({ url, headers, seconds, ids }) {
  const lines = Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`])
  const spread = ids === undefined ? {} : { FIRST: ids.first, STEP: ids.step, COUNT: ids.count, SEED: ++loads, FOLDER: dirname(new URL(url).pathname) }
  const args = ['--threads', 1, '--connections', connections, '--duration', `${seconds}s`, '--latency', '--script', file('wrk.lua'), ...lines, url]
  return run('wrk', args.map(String), { env: { ...process.env, ...spread } })
}

function runAutocannon (job) {
  return run(process.execPath, [file('autocannon.js'), JSON.stringify({ ...job, connections })])
}

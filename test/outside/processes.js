import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { inRepository } from './places.js'

const execute = promisify(execFile)

/** Runs a program for `node` to its end; throws with what it printed when that is not a success. */
export async function run (program, args, options) {
  try {
    return await execute(process.execPath, [program, ...args], options)
  } catch (error) {
    throw new Error(`${program} ${args.join(' ')} ended with ${error.code}:\n${error.stdout}${error.stderr}`, { cause: error })
  }
}

/** Starts a program for `node`, ends it with the test, and gives back what a line of its output matches. */
export async function start (t, program, args, pattern) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => end(child))
  for await (const line of createInterface(child.stdout)) {
    const match = pattern.exec(line)
    if (match !== null) return goOn(child, match)
  }
  throw new Error(`${program} ended before it printed ${pattern}`)
}

/** Starts the simulator as compiled, and gives back its address. */
export async function startOvocMock (t, ...options) {
  const [, url] = await start(t, inRepository('dist/cli.js'), ['--port', '0', '--json', ...options], /"url":"([^"]+)"/)
  return url
}

// A pipe that nobody reads stops the program in the end.
function goOn (child, match) {
  child.stdout.resume()
  return match
}

async function end (child) {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill()
  await once(child, 'exit')
}

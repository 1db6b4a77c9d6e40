/**
 * Compiles the code and runs the tests: all of them, or those in the files and folders that are named. With `--coverage` the run fails
 * below 100 %; other flags are tap's.
 *   npm test -- test/cli.test.ts test/control
 */
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { compile } from './compile.js'

const [flags, names] = [true, false].map(isFlag => process.argv.slice(2).filter(argument => argument.startsWith('-') === isFlag))
const wanted = names.map(name => resolve(name))
process.chdir(join(import.meta.dirname, '..'))
const { rooms, outputs } = await compile()

const files = wanted.flatMap(name => {
  const found = outputs.get(name) ?? rooms.get(name)
  if (found === undefined) throw new Error(`${name} is no test file and no folder of test files`)
  return found
})
const coverage = flags.includes('--coverage') ? [] : ['--disable-coverage']
const tap = join('node_modules', 'tap', 'dist', 'esm', 'run.mjs')
const { status } = spawnSync(process.execPath, [tap, ...coverage, ...flags.filter(flag => flag !== '--coverage'), ...files], { stdio: 'inherit' })
process.exitCode = status ?? 1

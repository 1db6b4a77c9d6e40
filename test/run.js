/**
 * Compiles the code and runs the tests: all, or the files that are named. `--coverage` fails the run below 100 %; other flags are tap's.
 *   npm test -- test/cli.test.ts
 */
import { spawnSync } from 'node:child_process'
import { join, relative } from 'node:path'
import { compile, outputOf } from './compile.js'

const [flags, files] = [true, false].map(isFlag => process.argv.slice(2).filter(argument => argument.startsWith('-') === isFlag))
const tap = join(import.meta.dirname, '..', 'node_modules', 'tap', 'dist', 'esm', 'run.mjs')
const named = files.map(file => file.endsWith('.ts') ? outputOf(relative('.', file)) : file)
process.chdir(join(import.meta.dirname, '..'))
await compile()
const coverage = flags.includes('--coverage') ? [] : ['--disable-coverage']
const { status } = spawnSync(process.execPath, [tap, ...coverage, ...flags.filter(flag => flag !== '--coverage'), ...named], { stdio: 'inherit' })
process.exitCode = status ?? 1

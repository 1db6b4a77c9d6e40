/**
 * Compiles the code and runs the tests: all but those of `test/long`, or those in the files and folders that are named. With `--coverage`
 * it runs all and fails below 100 %, with `--over-socket` clients of tests use sockets; other flags are tap's, written as `--name=value`.
 *   npm test -- test/cli.test.ts test/control
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { compile } from './compile.js'

/** How many test files share a process, at most: each process takes a second to start. */
const filesPerProcess = 16

const [flags, names] = [true, false].map(isFlag => process.argv.slice(2).filter(argument => argument.startsWith('-') === isFlag))
const wanted = names.map(name => resolve(name))
process.chdir(join(import.meta.dirname, '..'))
const tests = await compile()

if (flags.includes('--help')) {
  console.log('npm test [-- [--coverage] [--over-socket] [file or folder]…]; other flags are those of tap, as --name=value')
  process.exit(0)
}

const isIn = (source, name) => source === name || source.startsWith(name + sep)
const isUsual = source => flags.includes('--coverage') || !isIn(source, resolve('test', 'long'))
const chosen = [...tests.keys()].filter(source => names.length === 0 ? isUsual(source) : wanted.some(name => isIn(source, name)))
const unknown = wanted.find(name => !chosen.some(source => isIn(source, name)))
if (unknown !== undefined) {
  console.error(`${unknown} is no test file and no folder of test files; npm test [-- --coverage] [file or folder]… runs tests`)
  process.exit(2)
}

if (flags.includes('--over-socket')) process.env.TEST_OVER_SOCKET = 'yes'
const parts = deal(chosen.map(source => tests.get(source)))
const coverage = flags.includes('--coverage') ? [] : ['--disable-coverage']
const tap = join('node_modules', 'tap', 'dist', 'esm', 'run.mjs')
const { status } = spawnSync(process.execPath, [tap, ...coverage, ...flags.filter(flag => !['--coverage', '--over-socket'].includes(flag)), ...parts], { stdio: 'inherit' })
process.exitCode = status ?? 1

/** Deals the files out to a few processes, so that each gets some of every folder, and writes a file for each of them. */
function deal (files) {
  const count = Math.ceil(files.length / filesPerProcess)
  mkdirSync(join('build', 'parts'), { recursive: true })
  return Array.from({ length: count }, (_, part) => {
    const name = join('build', 'parts', `${part + 1}.js`)
    const own = files.filter((_file, index) => index % count === part).map(file => relative(dirname(name), file).split(sep).join('/'))
    writeFileSync(name, `import { runFiles } from '../test/run-files.js'\n\nawait runFiles(${JSON.stringify(own, null, 2)}, import.meta.url)\n`)
    return name
  })
}

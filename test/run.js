/**
 * Compiles the code and runs the tests: all but those of `test/long`, or those in the files and folders that are named. With `--coverage`
 * it runs all and fails below 100 %, with `--over-socket` clients of tests use sockets; other flags are tap's, written as `--name=value`.
 *   npm test -- test/cli.test.ts test/control
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { Parser } from 'tap-parser'
import { compile } from './compile.js'

/** A further process pays for this many files, because it takes a second to start. */
const filesPerProcess = 16
/** The most processes at once. One more than processors, because tests also wait. */
const mostProcesses = availableParallelism() + 1

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
process.env.TAP_TIMEOUT = '300'
const parts = deal(chosen.map(source => tests.get(source)))
const tap = join('node_modules', 'tap', 'dist', 'esm', 'run.mjs')
const ofTap = flags.filter(flag => !['--coverage', '--over-socket'].includes(flag))
process.exitCode = flags.includes('--coverage') || ofTap.length > 0 ? runWithTap() : await runPlainly()

/** Tap's runner prepares each process, and each process that a test starts, for the measurement of coverage. */
function runWithTap () {
  const coverage = flags.includes('--coverage') ? [] : ['--disable-coverage']
  return spawnSync(process.execPath, [tap, `--jobs=${mostProcesses}`, ...coverage, ...ofTap, ...parts], { stdio: 'inherit' }).status ?? 1
}

/** Without that preparation, and without tap's own reading of what it prints, the tests take half the time. */
async function runPlainly () {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  await Promise.all(parts.map(part => runPart(part, counts)))
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1
}

/** Prints what fails, and what is printed beside results. */
async function runPart (part, counts) {
  // Hundreds of servers are garbage soon. With more room for new objects, collecting them takes a tenth less of the time.
  const child = spawn(process.execPath, ['--enable-source-maps', '--max-semi-space-size=64', part], { stdio: ['ignore', 'pipe', 'inherit'] })
  const parser = child.stdout.pipe(new Parser())
  let failed = 0
  const fail = (what, facts) => {
    failed++
    console.log(`not ok: ${what}`)
    for (const [name, fact] of Object.entries(facts ?? {})) {
      if (name !== 'at') console.log(`  ${name}: ${typeof fact === 'string' ? fact.trimEnd().replaceAll('\n', '\n    ') : JSON.stringify(fact)}`)
    }
  }
  parser.on('result', ({ ok, skip, todo, fullname, diag }) => {
    if (!ok) fail(fullname, diag)
    else counts[skip || todo ? 'skipped' : 'passed']++
  })
  parser.on('extra', line => process.stdout.write(line))
  const [[status, signal], [results]] = await Promise.all([once(child, 'exit'), once(parser, 'complete')])
  if (failed === 0 && (status !== 0 || !results.ok)) fail(`${part} ended with ${signal ?? status}`)
  counts.failed += failed
}

/** Deals the files out to a few processes, so that each gets some of every folder, and writes a file for each of them. */
function deal (files) {
  const count = Math.min(mostProcesses, Math.ceil(files.length / filesPerProcess))
  mkdirSync(join('build', 'parts'), { recursive: true })
  return Array.from({ length: count }, (_, part) => {
    const name = join('build', 'parts', `${part + 1}.js`)
    const own = files.filter((_file, index) => index % count === part).map(file => relative(dirname(name), file).split(sep).join('/'))
    writeFileSync(name, `import { runFiles } from '../test/run-files.js'\n\nawait runFiles(${JSON.stringify(own, null, 2)}, import.meta.url)\n`)
    return name
  })
}

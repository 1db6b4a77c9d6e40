// Measures ovoc-mock beside bare Node, stock Fastify and its peers; docs/development.md says how to call it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { help, readArguments } from './command-line.js'
import { describeMachine } from './machine.js'
import { judge } from './promises.js'
import { report } from './report.js'
import * as filter from './sections/filter.js'
import * as ids from './sections/ids.js'
import * as list from './sections/list.js'
import * as memory from './sections/memory.js'
import * as processes from './sections/processes.js'
import * as restart from './sections/restart.js'
import * as sandboxes from './sections/sandboxes.js'
import * as start from './sections/start.js'
import * as work from './sections/work.js'
import { rows } from './servers/index.js'

const sections = { work, start, processes, restart, ids, list, filter, sandboxes, memory }
const rowNames = rows.map(({ name }) => name)

async function run ({ help: helpWanted, ...options }) {
  if (helpWanted) return console.log(help(Object.keys(sections), rowNames))
  const figures = await measure(options)
  const results = { machine: describeMachine(), options, sections: figures, verdicts: judge(figures) }
  console.log(report(results, options.only.map(name => ({ title: sections[name].title, text: sections[name].show(figures[name]) }))))
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`)
  if (options.check && !areKept(results.verdicts)) process.exitCode = 1
}

// A run that measured no promise has not shown that one holds.
function areKept (verdicts) {
  const measured = verdicts.filter(({ holds }) => holds !== undefined)
  return measured.length > 0 && measured.every(({ holds }) => holds)
}

async function measure ({ only, seconds, rounds, soak, rows: chosen }) {
  const folder = mkdtempSync(join(tmpdir(), 'ovoc-mock-bench-'))
  const conditions = { seconds, rounds, soak, folder, rows: rows.filter(({ name }) => chosen.includes(name)), say: line => console.error(line) }
  const figures = {}
  try {
    for (const name of only) figures[name] = await sections[name].measure(conditions)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return figures
}

try {
  await run(readArguments(Object.keys(sections), rowNames))
} catch (error) {
  console.error(error)
  process.exitCode = 2
}

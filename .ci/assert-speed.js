// Holds what a benchmark measured against bounds that a busy machine does not break by chance, wider than those of test/bench/promises.js:
// they find a server that has become slow, not one that is a little slower.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { median, ratioByRound } from '../test/bench/median.js'

const { sections: { work, start, processes, restart, sandboxes }, verdicts } = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const samplesOf = (rows, wanted) => rows.find(({ name }) => name === wanted).samples

// Processor time, since how many requests a second passes by depends on what else the machine does.
const request = ratioByRound(samplesOf(work, 'ovoc-mock'), samplesOf(work, 'fastify'), 'processor')
const firstAnswer = ratioByRound(samplesOf(start, 'ovoc-mock'), samplesOf(start, 'fastify-docs'), 'processor')
const plainStart = ratioByRound(samplesOf(start, 'ovoc-mock'), samplesOf(start, 'fastify-plain'), 'processor')
const logs = ratioByRound(samplesOf(work, 'ovoc-mock-json'), samplesOf(work, 'ovoc-mock'), 'processor')
const imported = ratioByRound(samplesOf(processes, 'import-ovoc-mock'), samplesOf(processes, 'import-fastify'), 'processor')
const restarted = median(restart.samples.map(({ ours, stock }) => ours / stock))
const populatedStart = ratioByRound(samplesOf(start, 'ovoc-mock-1000000'), samplesOf(start, 'ovoc-mock'), 'processor')
const opening = ratioByRound(sandboxes.samples, sandboxes.samples.map(({ plain }) => ({ opening: plain })), 'opening')
const end = Math.max(...samplesOf(work, 'ovoc-mock').map(({ end }) => end))

assert(request <= 1.4, `a request takes ${request.toFixed(2)} times stock Fastify's processor time, more than 1.4`)
for (const name of ['version', 'help', 'wrong-flag', 'health']) {
  const process = ratioByRound(samplesOf(processes, name), samplesOf(processes, 'node'), 'processor')
  assert(process <= 2, `${name} takes ${process.toFixed(2)} times the processor time of node --eval 0, more than 2`)
}
assert(imported <= 1.6, `import 'ovoc-mock' takes ${imported.toFixed(2)} times the processor time of import 'fastify', more than 1.6`)
assert(plainStart <= 1.5, `a start takes ${plainStart.toFixed(2)} times the processor time of stock Fastify without a document, more than 1.5`)
assert(restarted <= 1.2, `a further start in a process takes ${restarted.toFixed(2)} times as long as stock Fastify's, more than 1.2`)
assert(logs <= 1.5, `a request with a line of JSON takes ${logs.toFixed(2)} times the processor time of one without, more than 1.5`)
assert(firstAnswer <= 1.5, `a start takes ${firstAnswer.toFixed(2)} times stock Fastify's processor time, more than 1.5`)
assert(populatedStart <= 1.4, `a start with 1,000,000 customers takes ${populatedStart.toFixed(2)} times that of one without, more than 1.4`)
assert(opening <= 2, `a request that opens a sandbox takes ${opening.toFixed(2)} times as long as one that does not, more than 2`)
assert(end <= 500, `a server with open connections takes ${end.toFixed(0)} ms to end, more than 500`)
console.log(verdicts.map(({ what, value }) => `${what}: ${value?.toFixed(2) ?? 'not measured'}`).join('\n'))

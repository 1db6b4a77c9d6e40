// Holds what a benchmark measured against bounds that a busy machine does not break by chance, wider than those of test/bench/promises.js:
// they find a server that has become slow, not one that is a little slower.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { ratioByRound } from '../test/bench/median.js'

const { sections: { work, start, sandboxes }, verdicts } = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const samplesOf = (rows, wanted) => rows.find(({ name }) => name === wanted).samples

// Processor time, since how many requests a second passes by depends on what else the machine does.
const request = ratioByRound(samplesOf(work, 'ovoc-mock'), samplesOf(work, 'fastify'), 'processor')
const firstAnswer = ratioByRound(samplesOf(start, 'ovoc-mock'), samplesOf(start, 'fastify-docs'), 'processor')
const populatedStart = ratioByRound(samplesOf(start, 'ovoc-mock-1000000'), samplesOf(start, 'ovoc-mock'), 'processor')
const opening = ratioByRound(sandboxes.samples, sandboxes.samples.map(({ plain }) => ({ opening: plain })), 'opening')
const end = Math.max(...samplesOf(work, 'ovoc-mock').map(({ end }) => end))

assert(request <= 1.4, `a request takes ${request.toFixed(2)} times stock Fastify's processor time, more than 1.4`)
assert(firstAnswer <= 1.5, `a start takes ${firstAnswer.toFixed(2)} times stock Fastify's processor time, more than 1.5`)
assert(populatedStart <= 1.2, `a start with 1,000,000 customers takes ${populatedStart.toFixed(2)} times that of one without, more than 1.2`)
assert(opening <= 2, `a request that opens a sandbox takes ${opening.toFixed(2)} times as long as one that does not, more than 2`)
assert(end <= 500, `a server with open connections takes ${end.toFixed(0)} ms to end, more than 500`)
console.log(verdicts.map(({ what, value }) => `${what}: ${value?.toFixed(2) ?? 'not measured'}`).join('\n'))

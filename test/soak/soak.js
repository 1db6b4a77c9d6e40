// Loads the compiled command for minutes while sandboxes come and go, and tells whether it stays as it is; docs/development.md says how to call it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { load, tool } from '../bench/load/load.js'
import { ask, connections, processorTimeOf, withServer } from '../bench/server.js'
import { fastify } from '../bench/servers/fastify.js'
import { mebibytes, milliseconds, table, whole } from '../bench/table.js'
import { Server } from './server.js'
import { verdicts } from './verdict.js'
import { Visitor } from './visitor.js'

const slice = 5
const besideSlice = 2
const fewest = 6
const visitorCount = 3
const patienceWithDescriptors = 5000

// The generated customers of the server: where a block of the id sequence begins.
const path = `/api/ovoc/v1/topology/customers/${2 ** 21}`
const ids = { first: 2 ** 21, step: 32, count: 1000 }

async function soak (seconds) {
  const folder = mkdtempSync(join(tmpdir(), 'ovoc-mock-soak-'))
  try {
    await withServer(fastify, folder, stock => soakBeside(stock, seconds))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function soakBeside (stock, seconds) {
  const server = new Server()
  await server.ready()
  const target = { origin: server.origin, path, headers: {} }
  await Promise.all([warmUp(target), warmUp(stock.target)])
  const before = server.descriptors()
  const visitors = Array.from({ length: visitorCount }, (_, index) => new Visitor(server.origin, `visitor-${index}`))
  const visiting = Promise.all(visitors.map(visitor => visitor.run()))
  const samples = await Promise.race([sampled(server, target, stock, seconds), visiting.then(() => { throw new Error('the visitors left') })])
  for (const visitor of visitors) visitor.leave()
  await visiting
  const descriptors = { before, after: await settled(server, before) }
  show(samples, visitors)
  judge(verdicts(samples, descriptors, await server.end()))
}

// All connections at once, on code that never ran, would wait longer than wrk does.
async function warmUp (target) {
  for (let count = 0; count < 1000; count++) await ask(target)
}

async function sampled (server, target, stock, seconds) {
  const samples = []
  while (samples.length * slice < seconds) {
    samples.push(await sample(server, target, stock))
    const { rate, p50, p99, beside, used, rss, descriptors } = samples.at(-1)
    console.error(`${samples.length * slice} s: ${whole(rate)}/s, p50 ${p50} ms (${beside.p50.toFixed(2)}), p99 ${p99} ms (${beside.p99.toFixed(2)}), used ${mebibytes(used)} MiB, RSS ${mebibytes(rss)} MiB, ${descriptors} descriptors`)
  }
  return samples
}

// Stock Fastify stays as it is, so that a slower machine changes both and leaves their ratio.
async function sample (server, target, stock) {
  const own = await loaded(server, target, slice, ids)
  const reference = await loaded(stock, stock.target, besideSlice)
  const beside = { p50: own.p50 / reference.p50, p99: own.p99 / reference.p99, work: own.work / reference.work }
  return { ...own, beside, ...await server.memory(), descriptors: server.descriptors() }
}

// Work is the processor time of an answer in milliseconds; of the wall where the system has no /proc.
async function loaded ({ child }, target, seconds, ids) {
  const now = () => processorTimeOf({ child }) ?? performance.now()
  const before = now()
  const { rate, p50, p99, answers } = await load(target, seconds, ids)
  return { rate, p50, p99, work: (now() - before) / answers }
}

// The system may need a moment to close what was closed.
async function settled (server, before) {
  const deadline = performance.now() + patienceWithDescriptors
  while (server.descriptors() > before && performance.now() < deadline) await setTimeout(100)
  return server.descriptors()
}

function show (samples, visitors) {
  const every = Math.ceil(samples.length / 12)
  const chosen = samples.map((one, index) => ({ ...one, at: (index + 1) * slice })).filter((_, index) => index % every === every - 1)
  console.log(table(['seconds', 'requests/s', 'p50 ms', 'to stock Fastify', 'p99 ms', 'to stock Fastify', 'work per answer to it', 'MiB in use', 'MiB RSS', 'descriptors'], chosen.map(one => [
    whole(one.at), whole(one.rate), milliseconds(one.p50), one.beside.p50.toFixed(2), milliseconds(one.p99), one.beside.p99.toFixed(2), one.beside.work.toFixed(2), mebibytes(one.used), mebibytes(one.rss), String(one.descriptors)
  ])))
  console.log(`\n${connections} connections, ${whole(visitors.reduce((sum, { visits }) => sum + visits, 0))} sandboxes came and went\n`)
}

function judge (list) {
  for (const { what, said, holds } of list) console.log(`${holds ? 'holds' : 'FAILS'}: ${what}: ${said}`)
  if (!list.every(({ holds }) => holds)) process.exitCode = 1
}

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '600' } } })
if (!/^\d+$/.test(values.seconds) || Number(values.seconds) < fewest * slice) throw new Error(`--seconds must be a whole number from ${fewest * slice} up, got ${values.seconds}`)
// Of latencies under a millisecond autocannon says 0, of which nothing is a part.
if (tool !== 'wrk') throw new Error('needs wrk, which tells parts of a millisecond')
await soak(Number(values.seconds))

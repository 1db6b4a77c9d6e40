// Loads the compiled command for minutes while sandboxes come and go, and tells whether it stays as it is; CONTRIBUTING.md says how to call it.
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { ask, connections } from '../bench/server.js'
import { load } from '../bench/load/load.js'
import { mebibytes, milliseconds, table, whole } from '../bench/table.js'
import { Server } from './server.js'
import { verdicts } from './verdict.js'
import { Visitor } from './visitor.js'

const slice = 5
const fewest = 6
const visitorCount = 3
const patienceWithDescriptors = 5000

// The generated customers of the server: where a block of the id sequence begins.
const path = `/api/ovoc/v1/topology/customers/${2 ** 21}`
const ids = { first: 2 ** 21, step: 32, count: 1000 }

async function soak (seconds) {
  const server = new Server()
  await server.ready()
  await warmUp(server)
  const before = server.descriptors()
  const visitors = Array.from({ length: visitorCount }, (_, index) => new Visitor(server.origin, `visitor-${index}`))
  const visiting = Promise.all(visitors.map(visitor => visitor.run()))
  const samples = await Promise.race([sampled(server, seconds), visiting.then(() => { throw new Error('the visitors left') })])
  for (const visitor of visitors) visitor.leave()
  await visiting
  const descriptors = { before, after: await settled(server, before) }
  show(samples, visitors)
  judge(verdicts(samples, descriptors, await server.end()))
}

// All connections at once, on code that never ran, would wait longer than wrk does.
async function warmUp ({ origin }) {
  for (let count = 0; count < 1000; count++) await ask({ origin, path, headers: {} })
}

async function sampled (server, seconds) {
  const samples = []
  while (samples.length * slice < seconds) {
    samples.push(await sample(server))
    const { wall, rate, used, rss, descriptors } = samples.at(-1)
    console.error(`${samples.length * slice} s: ${whole(rate)}/s, p50 ${wall.p50} ms, p99 ${wall.p99} ms, used ${mebibytes(used)} MiB, RSS ${mebibytes(rss)} MiB, ${descriptors} descriptors`)
  }
  return samples
}

// In its own time: as if the server had had a processor to itself, which it has not where others use the machine.
async function sample (server) {
  const [began, before] = [performance.now(), server.work()]
  const { rate, p50, p99, answers } = await load({ origin: server.origin, path, headers: {} }, slice, ids)
  const used = before === undefined ? performance.now() - began : server.work() - before
  const share = used / (performance.now() - began)
  return { rate, wall: { p50, p99 }, p50: p50 * share, p99: p99 * share, work: used / answers, ...await server.memory(), descriptors: server.descriptors() }
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
  console.log(table(['seconds', 'requests/s', 'p50 ms', 'p99 ms', 'work per answer µs', 'MiB in use', 'MiB RSS', 'descriptors'], chosen.map(one => [
    whole(one.at), whole(one.rate), milliseconds(one.wall.p50), milliseconds(one.wall.p99), whole(one.work * 1000), mebibytes(one.used), mebibytes(one.rss), String(one.descriptors)
  ])))
  console.log(`\n${connections} connections, ${whole(visitors.reduce((sum, { visits }) => sum + visits, 0))} sandboxes came and went\n`)
}

function judge (list) {
  for (const { what, said, holds } of list) console.log(`${holds ? 'holds' : 'FAILS'}: ${what}: ${said}`)
  if (!list.every(({ holds }) => holds)) process.exitCode = 1
}

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '600' } } })
if (!/^\d+$/.test(values.seconds) || Number(values.seconds) < fewest * slice) throw new Error(`--seconds must be a whole number from ${fewest * slice} up, got ${values.seconds}`)
await soak(Number(values.seconds))

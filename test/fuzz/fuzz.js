// Sends hundreds of thousands of requests to the compiled command, and holds it to its documents and to a model; docs/development.md says how to call it.
import { help, readArguments } from './command-line.js'
import { Finding } from './finding.js'
import { kinds, tryHostile } from './hostile.js'
import { IdleConnections } from './idle.js'
import { Lane } from './lane.js'
import { Patience } from './patience.js'
import { RawLane } from './raw.js'
import { shellLine } from './request.js'
import { Server } from './server.js'
import { assertTried, tally } from './tally.js'
import { begin } from './world.js'

const lanes = [...Array(14).fill(Lane), ...Array(2).fill(RawLane)]

async function fuzz ({ seed, requests, idle: most }) {
  const server = new Server(['--customers', '20', '--seed', String(seed % 1000)])
  await server.ready()
  server.patience = new Patience(server.pid)
  const began = performance.now()
  try {
    const { world, token } = await begin(server)
    const idle = new IdleConnections(server.port, most)
    await idle.open()
    await runLanes(server, { seed, requests, world, token })
    const { count } = idle
    idle.close()
    assertTried(requests)
    await begin(server)
    server.assertAlive()
    server.patience.stop()
    await server.end()
    const seconds = Math.round((performance.now() - began) / 1000)
    console.log(`seed ${seed}: ${requests} requests, ${tally.readings} readings of the whole state, ${count} idle connections at the end, ` +
      `longest wait ${Math.round(server.patience.longest)} ms, ${seconds} s\nanswers: ${JSON.stringify(tally.statuses)}`)
  } catch (error) {
    if (!(error instanceof Finding)) throw error
    report(error, seed, server)
  }
}

async function runLanes (server, { seed, requests, world, token }) {
  // The first request of a kind takes longer, so those of all lanes at once would take too long.
  await new Lane(server, seed, lanes.length, world, token).run(Math.min(requests, 500))
  const running = lanes.map((Kind, index) => new Kind(server, seed, index, world, token))
  await Promise.all(running.map(async (lane, index) => {
    try {
      await lane.run(Math.ceil((requests - index) / lanes.length))
      server.assertAlive()
    } catch (error) {
      if (error instanceof Finding) error.number = (error.number ?? lane.sent) * lanes.length + index
      throw error
    }
  }))
}

function report ({ message, request, number }, seed, { port, stderr }) {
  console.error(`seed ${seed}, request ${number}${request?.way === undefined ? '' : ` (${request.way})`}: ${message}`)
  if (request !== undefined) console.error(shellLine(request, port))
  if (number !== undefined) console.error(`npm run fuzz -- --seed ${seed} --requests ${number + 1}`)
  console.error(stderr)
  process.exit(1)
}

// Every kind is tried, whatever was found before.
async function fuzzHostile ({ seed, only }) {
  for (const kind of kinds.filter(name => only === undefined || only === 'hostile' || only === name)) {
    const findings = await tryHostile(kind, seed)
    for (const finding of findings) console.error(`seed ${seed}, ${kind}: ${finding.replaceAll(/\p{Cc}|\u202E/gu, '?')}`)
    if (findings.length === 0) continue
    console.error(`npm run fuzz -- --seed ${seed} --only ${kind}`)
    process.exitCode = 1
  }
}

const options = readArguments()
if (options.help) console.log(help)
else {
  if (options.only === undefined) await fuzz(options)
  await fuzzHostile(options)
}

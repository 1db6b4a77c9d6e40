import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { customer, customerPath } from './places.js'

/** How many keep-alive connections the load has, and are open when a server is told to end. */
export const connections = 32

const patience = 60_000
const patienceWithEnd = 5000
const running = new Set()
process.on('exit', () => { for (const child of running) child.kill('SIGKILL') })

/** Starts a row's server in a process of its own, hands it over at its first right answer, and ends it. */
export async function withServer (row, folder, use) {
  const { child, target, complaint, began } = await start(row, folder)
  try {
    const { body } = await firstAnswer(target, child, complaint)
    const startMilliseconds = performance.now() - began
    if (!body.includes(`"${customer.name}"`)) throw new Error(`${row.name} answers without the documented record: ${body}`)
    return await use({ child, target, startMilliseconds })
  } finally {
    await end(child)
  }
}

async function start (row, folder) {
  const port = await freePort()
  const log = join(folder, `${row.name}.log`)
  const [command, ...args] = row.command({ port: String(port), folder })
  const output = openSync(log, 'w')
  const began = performance.now()
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', row.isPiped ? 'pipe' : output, output] })
  child.stdout?.resume()
  closeSync(output)
  running.add(child)
  child.once('exit', () => running.delete(child))
  const target = { origin: `http://127.0.0.1:${port}`, path: row.path ?? customerPath, headers: row.headers ?? {} }
  return { child, target, began, complaint: answer => `${row.name} gives no 200 but ${answer}; its log ends with:\n${readFileSync(log, 'utf8').slice(-2000)}` }
}

async function freePort () {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

async function firstAnswer (target, child, complaint) {
  const deadline = performance.now() + patience
  for (;;) {
    const answer = await ask(target).catch(error => error)
    if (answer.status === 200) return answer
    if (hasEnded(child) || performance.now() > deadline) throw new Error(complaint(answer.message ?? `${answer.status} ${answer.body}`))
    await setTimeout(1)
  }
}

/** Asks once; on a connection of its own unless an agent is given. */
export async function ask ({ origin, path, headers }, { method = 'PUT', agent = false } = {}) {
  const sent = request(`${origin}${path}`, { method, headers, agent, signal: AbortSignal.timeout(patience) }).end()
  const [answer] = await once(sent, 'response')
  return { status: answer.statusCode, body: await buffer(answer) }
}

/** The memory that a server holds, in bytes. */
export function memoryOf ({ child }) {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' })) * 1024
}

/** The processor time that a server has used, in milliseconds; undefined where the system has no /proc. */
export function processorTimeOf ({ child }) {
  const file = `/proc/${child.pid}/stat`
  if (!existsSync(file)) return undefined
  const fields = readFileSync(file, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) * millisecondsPerTick
}

// Linux tells all programs of a hundred ticks a second, whatever its own clock does.
const millisecondsPerTick = 10

/** How long a server with open keep-alive connections takes from SIGTERM to its end, in milliseconds; Infinity when it does not end. */
export async function measureEnd ({ child, target }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  await Promise.all(Array.from({ length: connections }, () => ask(target, { agent })))
  const began = performance.now()
  child.kill('SIGTERM')
  const ended = await Promise.race([once(child, 'exit'), setTimeout(patienceWithEnd, undefined, { ref: false })])
  const milliseconds = performance.now() - began
  agent.destroy()
  return ended === undefined ? Infinity : milliseconds
}

async function end (child) {
  if (hasEnded(child)) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

function hasEnded ({ exitCode, signalCode }) {
  return exitCode !== null || signalCode !== null
}

import { existsSync, readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { setTimeout as pauseFor } from 'node:timers/promises'
import { Server } from './server.js'

/** How long another client may wait, in milliseconds, on a slow and busy machine. */
const mostWait = 1500

/** How long a request of the attack itself may take, in milliseconds. */
const mostTime = 20_000

const MiB = 1024 * 1024

/** A server under one kind of hostile load, and what was found. */
export class Target {
  findings = []
  /** The longest wait of the other client, in milliseconds, and the largest growth of memory, in MiB. */
  longest = 0
  growth = 0
  mostGrowth = 0
  #agent = new Agent({ keepAlive: true, maxSockets: 4 })
  #aside = new Agent({ keepAlive: true, maxSockets: 1 })
  #server
  #memory

  /** Starts a server and waits until it has answered a few requests. */
  static async start (options, settings) {
    const target = new Target()
    target.#server = new Server(options, settings)
    await target.#server.ready()
    for (let count = 0; count < 5; count++) await target.#askAside()
    target.longest = 0
    return target
  }

  get port () {
    return this.#server.port
  }

  get logged () {
    return this.#server.logged
  }

  find (message) {
    this.findings.push(message)
  }

  /** Sends a request; gives back its status, 0 where the connection broke, and the first part of the body. */
  send (method, path, { body, type = 'application/json', headers = {}, agent = this.#agent } = {}) {
    const content = typeof body === 'object' && !Buffer.isBuffer(body) ? JSON.stringify(body) : body
    const framing = content !== undefined && { 'Content-Type': type, 'Content-Length': Buffer.byteLength(content) }
    const where = { port: this.port, host: '127.0.0.1', method, path, agent, timeout: mostTime }
    return new Promise(resolve => {
      const sent = request({ ...where, headers: { ...framing, ...headers } }, response => {
        const chunks = []
        response.on('data', chunk => chunks.length < 100 && chunks.push(chunk))
        response.on('close', () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }))
      })
      sent.on('timeout', () => sent.destroy())
      sent.on('error', () => resolve({ status: 0, text: '' }))
      sent.end(content)
    })
  }

  /**
   * Does something while another client asks for a customer again and again.
   * A finding is a long wait of that client, a growth of memory beyond a bound in MiB, and the end of the server.
   */
  async bear (what, mostGrowth, action) {
    const before = this.longest
    this.longest = 0
    const aside = this.#begin()
    try {
      await action()
    } finally {
      await aside.end()
    }
    this.#judge(what, mostGrowth)
    this.longest = Math.max(this.longest, before)
    this.mostGrowth = Math.max(this.mostGrowth, this.growth)
  }

  #judge (what, mostGrowth) {
    const { ended, stderr } = this.#server
    if (ended !== undefined) {
      this.find(`${what}: the server ended with ${ended} ${/FATAL ERROR.*/.exec(stderr) ?? ''}`)
      return
    }
    const [wait, growth] = [Math.round(this.longest), Math.round(this.growth)]
    if (wait > mostWait) this.find(`${what}: others wait ${wait} ms, more than ${mostWait}`)
    if (growth > mostGrowth) this.find(`${what}: memory grows by ${growth} MiB, more than ${mostGrowth}`)
  }

  #begin () {
    const over = new AbortController()
    this.growth = 0
    this.#memory = memoryOf(this.#server.pid)
    const running = this.#askUntil(over.signal)
    const timer = setInterval(() => this.#measure(), 50)
    return {
      end: async () => {
        over.abort()
        await running
        clearInterval(timer)
        this.#measure()
      }
    }
  }

  async #askUntil (over) {
    while (!over.aborted && this.#server.ended === undefined) {
      await this.#askAside()
      await pauseFor(5)
    }
  }

  async #askAside () {
    const began = performance.now()
    const headers = { 'X-Ovoc-Mock-Sandbox': 'aside' }
    await this.send('GET', '/ovoc/v1/topology/customers/85844', { agent: this.#aside, headers })
    this.longest = Math.max(this.longest, performance.now() - began)
  }

  #measure () {
    this.growth = Math.max(this.growth, memoryOf(this.#server.pid) - this.#memory || 0)
  }

  /** Ends the server, which by now has been judged. */
  stop () {
    this.#agent.destroy()
    this.#aside.destroy()
    this.#server.kill()
  }
}

/** The memory that a process has in use, in MiB; NaN, which is never too much, where the system has no /proc. */
function memoryOf (pid) {
  const file = `/proc/${pid}/status`
  if (!existsSync(file)) return NaN
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1]) * 1024 / MiB
}

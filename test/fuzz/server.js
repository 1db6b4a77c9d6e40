import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setTimeout } from 'node:timers/promises'
import { Finding, expect } from './finding.js'

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
const patienceWithEnd = 5000

/** The compiled command in a process of its own, which must stay alive and has nothing to say. */
export class Server {
  #child
  #stdout = ''
  #stderr = ''
  port = 0

  /** @param heap the most that its heap may hold, in MiB; Node's own limit when left out. */
  constructor (options, { log = ['--json', '--log-level', 'warn'], heap, env = {} } = {}) {
    const limit = heap === undefined ? [] : [`--max-old-space-size=${heap}`]
    const settings = { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } }
    this.#child = spawn(process.execPath, [...limit, cli, '--port', '0', ...log, ...options], settings)
    this.#child.stdout.on('data', chunk => { this.#stdout += chunk })
    this.#child.stderr.on('data', chunk => { this.#stderr += chunk })
    const kill = () => this.kill()
    process.once('exit', kill)
    this.#child.once('close', () => process.off('exit', kill))
  }

  get pid () {
    return this.#child.pid
  }

  /** What it said on standard error. */
  get stderr () {
    return this.#stderr
  }

  /** What it logged since it began to listen. */
  get logged () {
    return this.#stdout.slice(this.#stdout.indexOf('\n') + 1)
  }

  /** How it ended: its exit code or signal; undefined while it runs. */
  get ended () {
    return this.#child.exitCode ?? this.#child.signalCode ?? undefined
  }

  /** Ends it at once. */
  kill () {
    this.#child.kill('SIGKILL')
  }

  /** Waits until it listens. */
  async ready () {
    while (!this.#stdout.includes('\n')) {
      this.assertAlive()
      await setTimeout(10)
    }
    this.port = Number(/http:\/\/[^\s"]*:(\d+)/.exec(this.#stdout)[1])
  }

  /** @throws {Finding} when it has ended, or said anything beyond its first line. */
  assertAlive () {
    expect(this.#stderr === '', () => `the server says on standard error: ${this.#stderr.slice(0, 2000)}`)
    expect(this.ended === undefined, () => `the server ended with ${this.ended}`)
    expect(!this.#stdout.includes('\n') || this.logged === '', () => `the server logs: ${this.logged.slice(0, 2000)}`)
  }

  /** Ends it as a container engine would. */
  async end () {
    this.#child.kill('SIGTERM')
    const [code, signal] = await Promise.race([once(this.#child, 'close'), setTimeout(patienceWithEnd, ['nothing'], { ref: false })])
    if (code !== 0) throw new Finding(`on SIGTERM the server ended with ${code ?? signal} within ${patienceWithEnd} ms`)
    expect(this.#stderr === '', () => `the server says on standard error: ${this.#stderr.slice(0, 2000)}`)
  }
}

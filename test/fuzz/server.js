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

  constructor (options) {
    this.#child = spawn(process.execPath, [cli, '--port', '0', '--json', '--log-level', 'warn', ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child.stdout.on('data', chunk => { this.#stdout += chunk })
    this.#child.stderr.on('data', chunk => { this.#stderr += chunk })
    process.once('exit', () => { this.#child.kill('SIGKILL') })
  }

  get pid () {
    return this.#child.pid
  }

  /** What it said on standard error. */
  get stderr () {
    return this.#stderr
  }

  /** Waits until it listens. */
  async ready () {
    while (!this.#stdout.includes('\n')) {
      this.assertAlive()
      await setTimeout(10)
    }
    this.port = Number(new URL(JSON.parse(this.#stdout.slice(0, this.#stdout.indexOf('\n'))).url).port)
  }

  /** @throws {Finding} when it has ended, or said anything beyond its first line. */
  assertAlive () {
    const { exitCode, signalCode } = this.#child
    expect(this.#stderr === '', () => `the server says on standard error: ${this.#stderr.slice(0, 2000)}`)
    expect(exitCode === null && signalCode === null, () => `the server ended with ${exitCode ?? signalCode}`)
    const said = this.#stdout.slice(this.#stdout.indexOf('\n') + 1)
    expect(!this.#stdout.includes('\n') || said === '', () => `the server logs: ${said.slice(0, 2000)}`)
  }

  /** Ends it as a container engine would. */
  async end () {
    this.#child.kill('SIGTERM')
    const [code, signal] = await Promise.race([once(this.#child, 'close'), setTimeout(patienceWithEnd, ['nothing'], { ref: false })])
    if (code !== 0) throw new Finding(`on SIGTERM the server ended with ${code ?? signal} within ${patienceWithEnd} ms`)
    expect(this.#stderr === '', () => `the server says on standard error: ${this.#stderr.slice(0, 2000)}`)
  }
}

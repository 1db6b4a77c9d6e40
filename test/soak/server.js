import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
const reporter = new URL('report-memory.js', import.meta.url).href
const patienceWithEnd = 5000

// Sandboxes that nobody drops reach their limit soon, so that from then on nothing may grow.
const options = ['--port', '0', '--json', '--log-level', 'warn', '--customers', '1000', '--max-sandboxes', '50']

/** The compiled command, as shipped but for its memory, which it collects and tells when asked. */
export class Server {
  child = spawn(process.execPath, ['--expose-gc', '--import', reporter, cli, ...options], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  origin

  async ready () {
    process.once('exit', () => { this.child.kill('SIGKILL') })
    const [line] = await once(this.child.stdout, 'data')
    this.origin = JSON.parse(line).url
    this.child.stdout.pipe(process.stderr)
  }

  /** Bytes that are in use after a collection, and those that the process takes up. */
  async memory () {
    this.child.send('memory')
    const [{ heapUsed, external, rss }] = await once(this.child, 'message')
    return { used: heapUsed + external, rss }
  }

  /** How many descriptors it has open; undefined where the system has no /proc. */
  descriptors () {
    const folder = `/proc/${this.child.pid}/fd`
    return existsSync(folder) ? readdirSync(folder).length : undefined
  }

  /** Its exit code after SIGTERM. */
  async end () {
    const exited = once(this.child, 'exit', { signal: AbortSignal.timeout(patienceWithEnd) })
    this.child.kill('SIGTERM')
    return (await exited)[0]
  }
}

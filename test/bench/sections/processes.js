import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../places.js'
import { median } from '../median.js'
import { table, whole } from '../table.js'

export const title = 'Processes that serve nothing, processor time'

const samples = 11
const runs = 3
const importing = name => ['--input-type=module', '--eval', `import '${name}'`]

/** Whole processes in turn, by the processor time that the system counts for them. */
export async function measure ({ say }) {
  const healthy = createServer((_request, response) => response.end('{"status":"ok"}')).listen(0, '127.0.0.1')
  await once(healthy, 'listening')
  const cli = join(root, 'dist/cli.js')
  const rows = [
    ['node', ['--eval', '0']],
    ['version', [cli, '--version']],
    ['help', [cli, '--help']],
    ['wrong-flag', [cli, '--prot', '1']],
    ['health', [cli, 'health', '--port', String(healthy.address().port)]],
    ['import-fastify', importing('fastify')],
    ['import-ovoc-mock', importing('ovoc-mock')]
  ].map(([name, args]) => ({ name, args, samples: [] }))

  for (let sample = 0; sample < samples && existsSync('/proc/self/stat'); sample++) {
    for (const row of rows) row.samples.push({ processor: await processorTimeOf(row.args) })
  }
  healthy.close()
  say(`processes: ${rows.map(({ name, samples }) => `${name} ${whole(median(samples.map(({ processor }) => processor)))} ms`).join(', ')}`)
  return rows.map(({ name, samples }) => ({ name, samples }))
}

// The time of processes that have ended is counted for the one that started them, in steps of 10 ms.
async function processorTimeOf (args) {
  const before = timeOfChildren()
  // A wrong flag exits with 2.
  for (let run = 0; run < runs; run++) await promisify(execFile)(process.execPath, args, { cwd: root }).catch(() => {})
  return (timeOfChildren() - before) / runs
}

function timeOfChildren () {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ')
  return (Number(fields[13]) + Number(fields[14])) * 10
}

/** Markdown of what `measure` gave. */
export function show (rows) {
  return table(['process', 'CPU ms'], rows.map(({ name, samples }) => [name, whole(median(samples.map(({ processor }) => processor)))]))
}

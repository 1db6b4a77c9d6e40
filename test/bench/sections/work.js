import { load } from '../load/load.js'
import { median } from '../median.js'
import { versionOf } from '../places.js'
import { measureEnd, memoryOf, processorTimeOf, withServer } from '../server.js'
import { mebibytes, milliseconds, table, whole } from '../table.js'

export const title = 'The same work: PUT of one customer'

/** Every server in turn, in each round; the samples of each row, and why a peer has none. */
export async function measure ({ rows, rounds, seconds, folder, say }) {
  const results = rows.map(row => ({ row, samples: [], skipped: row.absent?.() }))
  for (let round = 1; round <= rounds; round++) {
    for (const result of results) {
      if (result.skipped === undefined) await addSample(result, { seconds, folder })
      say(`round ${round}: ${result.row.name} ${result.skipped ?? `${whole(result.samples.at(-1).rate)} requests/s`}`)
    }
  }
  return results.map(summary)
}

// A peer that can't be measured here is a gap in the table; one of the others is a fault of ours.
async function addSample (result, conditions) {
  try {
    result.samples.push(await withServer(result.row, conditions.folder, server => sample(server, result.row, conditions)))
  } catch (error) {
    if (result.row.package === undefined) throw error
    result.skipped = error.message
  }
}

async function sample (server, { warmUp = 1 }, { seconds }) {
  const { startMilliseconds: start } = server
  const memoryBefore = memoryOf(server)
  await load(server.target, warmUp)
  const used = processorTimeOf(server)
  const { answers, ...figures } = await load(server.target, seconds)
  const processor = (processorTimeOf(server) - used) / answers * 1000
  return { ...figures, processor, memoryBefore, memoryAfter: memoryOf(server), start, end: await measureEnd(server) }
}

function summary ({ row, samples, skipped }) {
  const { name, about, validates = false, package: packageName } = row
  const version = packageName && skipped === undefined ? versionOf(packageName) : undefined
  return { name, about, validates, isPeer: packageName !== undefined, version, skipped, samples, median: skipped === undefined ? medians(samples) : undefined }
}

function medians (samples) {
  return Object.fromEntries(Object.keys(samples[0]).map(figure => [figure, median(samples.map(sample => sample[figure]))]))
}

/** Markdown of what `measure` gave. */
export function show (results) {
  const heads = ['server', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs/request', 'MiB before', 'MiB after', 'start ms', 'SIGTERM to exit ms', 'validates', 'what it is']
  return table(heads, results.map(({ name, version = '', about, validates, skipped, median: of }) => [
    `${name} ${version}`.trim(),
    ...skipped === undefined ? figures(of) : Array(8).fill('–'),
    validates ? 'yes' : 'no',
    skipped === undefined ? about : `${about}; not measured: ${firstLine(skipped)}`
  ]))
}

function figures ({ rate, p50, p99, processor, memoryBefore, memoryAfter, start, end }) {
  return [whole(rate), milliseconds(p50), milliseconds(p99), whole(processor), mebibytes(memoryBefore), mebibytes(memoryAfter), whole(start), end === Infinity ? 'does not end' : whole(end)]
}

function firstLine (text) {
  return text.split('\n', 1)[0]
}

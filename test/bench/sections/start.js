import { fastify, fastifyDocs, fastifyPlain } from '../servers/fastify.js'
import { populated, shipped } from '../servers/ovoc-mock.js'
import { median } from '../median.js'
import { processorTimeOf, withServer } from '../server.js'
import { table, whole } from '../table.js'

export const title = 'Start to the first 200, whole process'

const starts = 5
const servers = [fastifyPlain, fastify, fastifyDocs, shipped, populated(1_000_000)]

/** Each server started in turn, more often than the work needs since one start is short and uneven. */
export async function measure ({ folder, say }) {
  const results = servers.map(row => ({ name: row.name, about: row.about, samples: [] }))
  for (let round = 0; round < starts; round++) {
    for (const [index, row] of servers.entries()) {
      results[index].samples.push(await withServer(row, folder, server => ({ start: server.startMilliseconds, processor: processorTimeOf(server) })))
    }
    say(`start ${round + 1}: ${results.map(({ name, samples }) => `${name} ${whole(samples.at(-1).start)} ms`).join(', ')}`)
  }
  return results
}

/** Markdown of what `measure` gave. */
export function show (results) {
  return table(['server', 'start ms', 'CPU ms', 'what it is'], results.map(({ name, about, samples }) =>
    [name, whole(median(samples.map(({ start }) => start))), whole(median(samples.map(({ processor }) => processor))), about]))
}

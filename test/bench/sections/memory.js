import { fastify } from '../servers/fastify.js'
import { shipped } from '../servers/ovoc-mock.js'
import { load } from '../load/load.js'
import { memoryOf, withServer } from '../server.js'
import { mebibytes, table, whole } from '../table.js'

export const title = 'Memory under load'

const slice = 5

/** The memory of each server, read every five seconds of the load. */
export async function measure ({ soak, folder, say }) {
  const results = []
  for (const row of [fastify, shipped]) {
    const memory = await withServer(row, folder, server => readings(server, Math.ceil(soak / slice)))
    say(`memory: ${row.name} ${memory.map(mebibytes).join(', ')} MiB`)
    results.push({ name: row.name, memory })
  }
  return results
}

async function readings (server, count) {
  const memory = []
  while (memory.length < count) {
    await load(server.target, slice)
    memory.push(memoryOf(server))
  }
  return memory
}

/** Markdown of what `measure` gave. */
export function show (results) {
  return table(['server', 'seconds of load', 'MiB, every five seconds'], results.map(({ name, memory }) =>
    [name, whole(memory.length * slice), memory.map(mebibytes).join(' ')]))
}

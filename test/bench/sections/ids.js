import { populated } from '../servers/ovoc-mock.js'
import { load } from '../load/load.js'
import { median } from '../median.js'
import { memoryOf, withServer } from '../server.js'
import { mebibytes, milliseconds, table, whole } from '../table.js'

export const title = 'Random ids of 1,000,000 generated customers'

// The ids that the README gives to generated customers.
const ids = { first: 2_097_152, step: 32, count: 1_000_000 }

/** One server, asked in turn for one id and for random ones, by a load that makes both alike. */
export async function measure ({ rounds, seconds, folder, say }) {
  return withServer(populated(ids.count), folder, async server => {
    await load(server.target, 1)
    const memoryBefore = memoryOf(server)
    await load(server.target, seconds, ids)
    const samples = []
    for (let round = 1; round <= rounds; round++) {
      const single = await load(server.target, seconds, { ...ids, count: 1 })
      const random = await load(server.target, seconds, ids)
      samples.push({ single: single.rate, random: random.rate, p99: random.p99, memory: memoryOf(server) })
      say(`random ids ${round}: ${whole(single.rate)} requests/s of one id, ${whole(random.rate)} of random ones`)
    }
    return { memoryBefore, samples }
  })
}

/** Markdown of what `measure` gave. */
export function show ({ memoryBefore, samples }) {
  const of = figure => median(samples.map(sample => sample[figure]))
  return table(['one id, requests/s', 'random ids, requests/s', 'random ids, p99 ms', 'MiB before', 'MiB after'],
    [[whole(of('single')), whole(of('random')), milliseconds(of('p99')), mebibytes(memoryBefore), mebibytes(samples.at(-1).memory)]])
}

import { populated } from '../servers/ovoc-mock.js'
import { median } from '../median.js'
import { ask, memoryOf, withServer } from '../server.js'
import { mebibytes, table, whole } from '../table.js'

export const title = 'List of 10,000 customers with detail=1'

const customers = 10_000
const lists = 7

/** One client reads the whole list; beside it, JSON.stringify of the same array in this process. */
export async function measure ({ folder, say }) {
  return withServer(populated(customers), folder, async server => {
    const target = { ...server.target, path: '/api/ovoc/v1/topology/lcCustomers?detail=1' }
    const first = await timed(() => ask(target, { method: 'GET' }))
    const list = JSON.parse(first.value.body).lcCustomers
    if (list.length < customers) throw new Error(`the list has ${list.length} customers, fewer than ${customers}`)
    const samples = []
    for (let round = 0; round < lists; round++) samples.push(await sample(target, list))
    say(`list: ${samples.map(({ http, stringify }) => (http / stringify).toFixed(2)).join(', ')} of JSON.stringify`)
    return { firstMilliseconds: first.elapsed, bytes: first.value.body.length, memory: memoryOf(server), samples }
  })
}

async function sample (target, list) {
  const answer = await timed(() => ask(target, { method: 'GET' }))
  const text = await timed(() => JSON.stringify(list))
  return { http: answer.value.body.length / answer.elapsed * 1000, stringify: Buffer.byteLength(text.value) / text.elapsed * 1000 }
}

async function timed (action) {
  const began = performance.now()
  const value = await action()
  return { value, elapsed: performance.now() - began }
}

/** Markdown of what `measure` gave. */
export function show ({ firstMilliseconds, bytes, memory, samples }) {
  const of = figure => median(samples.map(sample => sample[figure]))
  return table(['list MiB', 'first ms', 'then MiB/s', 'JSON.stringify MiB/s', 'MiB of memory after'],
    [[mebibytes(bytes), whole(firstMilliseconds), mebibytes(of('http')), mebibytes(of('stringify')), mebibytes(memory)]])
}

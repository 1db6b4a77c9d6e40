import { populated } from '../servers/ovoc-mock.js'
import { customer } from '../places.js'
import { median } from '../median.js'
import { ask, memoryOf, withServer } from '../server.js'
import { mebibytes, milliseconds, table, whole } from '../table.js'

export const title = 'Filter over 100,000 customers, by equality of one field'

const filters = 7

/** One client asks for the one customer of an account again and again. */
export async function measure ({ folder, say }) {
  return withServer(populated(100_000), folder, async server => {
    const target = { ...server.target, path: `/api/ovoc/v1/topology/lcCustomers?filter=(iamAccountId='${customer.iamAccountId}')` }
    const first = await timedFilter(target)
    const samples = []
    for (let round = 0; round < filters; round++) samples.push(await timedFilter(target))
    say(`filter: first ${whole(first)} ms, then ${samples.map(milliseconds).join(', ')} ms`)
    return { first, samples, memory: memoryOf(server) }
  })
}

async function timedFilter (target) {
  const began = performance.now()
  const { body } = await ask(target, { method: 'GET' })
  const elapsed = performance.now() - began
  const found = JSON.parse(body).lcCustomers.map(({ id }) => id)
  if (found.join() !== String(customer.id)) throw new Error(`the filter finds ${found.join() || 'nothing'}, not ${customer.id} alone`)
  return elapsed
}

/** Markdown of what `measure` gave. */
export function show ({ first, samples, memory }) {
  return table(['first ms', 'then ms', 'MiB of memory after'], [[whole(first), milliseconds(median(samples)), mebibytes(memory)]])
}

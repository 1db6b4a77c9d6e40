import { setTimeout } from 'node:timers/promises'
import { populated } from '../servers/ovoc-mock.js'
import { median } from '../median.js'
import { ask, memoryOf, processorTimeOf, withServer } from '../server.js'
import { mebibytes, milliseconds, table, whole } from '../table.js'

export const title = 'Filter over 100,000 customers, by equality of one field'

const customers = 100_000
const repeats = 7

// The ids that the README gives to generated records: a block of 32 for each customer, whose channel stands in the first of 16 blocks.
const firstOf = block => 2_097_152 + 32 * block
const filters = [
  { list: 'lcCustomers', id: firstOf(77_777), fields: ['id', 'name', 'iamAccountId'] },
  { list: 'devices', id: firstOf(77_777) + 5, fields: ['id', 'name', 'fqdn', 'ipAddress', 'serialNumber'] },
  { list: 'channels', id: firstOf(16 * 4444) + 31, fields: ['id', 'name'] },
  { list: 'services', id: firstOf(77_777) + 1, fields: ['id', 'fullName', 'serviceId'] }
]

/** One client asks for one record by each field again and again; another one asks for a customer all the while. */
export async function measure ({ folder, say }) {
  return withServer(populated(customers), folder, async server => {
    const rows = []
    for (const { list, id, fields } of filters) {
      const record = await existing(server, list, id)
      for (const field of fields) rows.push(await measureField(server, list, record, field, say))
    }
    return { rows, memory: memoryOf(server) }
  })
}

/** A record with all of the fields that are filtered on: some customers have no services, and some devices no name in the DNS. */
async function existing (server, list, id) {
  const [record] = await find(server, list, 'id', id)
  return record === undefined || record.fqdn === null ? existing(server, list, id + 32) : record
}

async function find ({ target }, list, field, value) {
  const path = `/api/ovoc/v1/topology/${list}?detail=1&filter=${encodeURIComponent(`(${field}='${value}')`)}`
  const { status, body } = await ask({ ...target, path }, { method: 'GET' })
  return status === 204 ? [] : JSON.parse(body)[list]
}

async function measureField (server, list, record, field, say) {
  const timed = async () => {
    const began = performance.now()
    const found = await find(server, list, field, record[field])
    if (!found.some(({ id }) => id === record.id)) throw new Error(`the filter on ${field} of ${list} does not find ${record.id}`)
    return performance.now() - began
  }
  const processor = processorTimeOf(server)
  const search = timed()
  const longestWait = await waitWhile(search, server)
  const first = await search
  const firstProcessor = processorTimeOf(server) - processor
  // A machine that does other work lets everybody wait longer, in proportion to what it takes from the search.
  const longestTurn = longestWait * Math.min(1, firstProcessor / first)
  const samples = []
  for (let repeat = 0; repeat < repeats; repeat++) samples.push(await timed())
  say(`filter: ${list} by ${field}: first ${whole(first)} ms, then ${samples.map(milliseconds).join(', ')} ms`)
  return { list, field, first, firstProcessor, longestWait, longestTurn, samples }
}

/** The longest time that another client waits for an answer meanwhile. */
async function waitWhile (search, { target }) {
  const isSearching = Symbol('searching')
  let longest = 0
  do {
    const began = performance.now()
    await ask(target)
    longest = Math.max(longest, performance.now() - began)
  } while (await Promise.race([search, setTimeout(2, isSearching)]) === isSearching)
  return longest
}

/** Markdown of what `measure` gave. */
export function show ({ rows, memory }) {
  const text = table(['list', 'field', 'first ms', 'of these processor ms', "another client's longest wait ms", 'then ms'], rows.map(({ list, field, first, firstProcessor, longestWait, samples }) =>
    [list, field, whole(first), whole(firstProcessor), whole(longestWait), milliseconds(median(samples))]))
  return `${text}\n\n${mebibytes(memory)} MiB of memory after.`
}

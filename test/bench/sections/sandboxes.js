import { Agent } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { shipped, populated } from '../servers/ovoc-mock.js'
import { root } from '../places.js'
import { median } from '../median.js'
import { ask, withServer } from '../server.js'
import { milliseconds, table } from '../table.js'

export const title = 'Sandboxes, and snapshots with 10,000 changed records'

const requests = 300
const changed = 10_000
const batch = 400
const snapshots = 15

/** One client at a time: requests that open a sandbox beside those that don't; then snapshots of a sandbox in which much has changed. */
export async function measure ({ rounds, folder, say }) {
  const samples = []
  for (let round = 1; round <= rounds; round++) samples.push(await openingSample(folder))
  say(`sandboxes: ${samples.map(({ plain, opening }) => (opening / plain).toFixed(2)).join(', ')} of a plain request`)
  return { samples, ...await snapshotSamples(folder, say) }
}

async function openingSample (folder) {
  const overHttp = await withServer(shipped, folder, ({ target }) => openOverHttp(target))
  return { ...overHttp, inProcess: await openInProcess() }
}

// In turn, so that what slows the machine down slows both kinds.
async function openOverHttp (target) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const [plain, opening] = [[], []]
  for (let count = 0; count < 2 * requests; count++) {
    const fresh = { ...target, headers: { 'X-Ovoc-Mock-Sandbox': `bench-${count}` } }
    plain.push(await timed(() => ask(target, { agent })))
    opening.push(await timed(() => ask(fresh, { agent })))
  }
  agent.destroy()
  // The first half warms up.
  return { plain: median(plain.slice(requests)), opening: median(opening.slice(requests)) }
}

async function openInProcess () {
  const { startOvocMock } = await import(pathToFileURL(join(root, 'dist/index.js')).href)
  const mock = await startOvocMock()
  const times = []
  for (let count = 0; count < requests; count++) times.push(await timed(() => mock.sandbox()))
  await mock.close()
  return median(times)
}

async function snapshotSamples (folder, say) {
  const server = populated(changed, '--storage-bytes', String(2 ** 28))
  return withServer(server, folder, async ({ target: { origin } }) => {
    const send = (method, path, body) => answered(`${origin}${path}`, { method, ...body && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } } })
    const { lcCustomers } = await send('GET', '/ovoc/v1/topology/lcCustomers?detail=1')
    const customers = lcCustomers.slice(-changed).map(customer => ({ ...customer, description: 'changed' }))
    for (let at = 0; at < changed; at += batch) await send('PUT', '/__admin/records', { customers: customers.slice(at, at + batch) })
    const [save, restore] = [[], []]
    for (let round = 0; round < snapshots; round++) {
      save.push(await timed(() => send('POST', '/__admin/snapshots/bench')))
      restore.push(await timed(() => send('POST', '/__admin/snapshots/bench/restore')))
    }
    say(`snapshots: saved in ${save.map(milliseconds).join(', ')} ms, restored in ${restore.map(milliseconds).join(', ')} ms`)
    return { save, restore }
  })
}

async function answered (url, init) {
  const answer = await fetch(url, init)
  if (!answer.ok) throw new Error(`${init.method} ${url} answers ${answer.status}: ${await answer.text()}`)
  return answer.json()
}

async function timed (action) {
  const began = performance.now()
  await action()
  return performance.now() - began
}

/** Markdown of what `measure` gave. */
export function show ({ samples, save, restore }) {
  const of = figure => median(samples.map(sample => sample[figure]))
  return table(['plain request ms', 'request that opens a sandbox ms', 'opened in process µs', 'snapshot ms', 'restore ms'],
    [[milliseconds(of('plain')), milliseconds(of('opening')), milliseconds(of('inProcess') * 1000), milliseconds(median(save)), milliseconds(median(restore))]])
}

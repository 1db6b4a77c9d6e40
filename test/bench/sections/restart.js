import { once } from 'node:events'
import { request } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { customer, customerPath, root } from '../places.js'
import { median } from '../median.js'
import { stockApp } from '../programs/stock-app.js'
import { milliseconds, table } from '../table.js'

export const title = 'The second and later start in a process, to the first response'

const starts = 30

/** Servers of ours and of stock Fastify's in turn, in this process. The first of each loads and compiles what the others share. */
export async function measure ({ say }) {
  const { startOvocMock } = await import(pathToFileURL(join(root, 'dist/index.js')).href)
  const stock = async () => {
    const app = await stockApp([customer])
    return { url: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() }
  }
  const samples = []
  for (let start = 0; start <= starts; start++) samples.push({ ours: await timed(startOvocMock), stock: await timed(stock) })
  samples.shift()
  say(`restart: ${milliseconds(median(samples.map(({ ours }) => ours)))} ms`)
  return { samples }
}

async function timed (start) {
  const began = performance.now()
  const { url, close } = await start()
  const [response] = await once(request(`${url}${customerPath}`, { method: 'PUT', agent: false }).end(), 'response')
  const milliseconds = performance.now() - began
  response.resume()
  await close()
  return milliseconds
}

/** Markdown of what `measure` gave. */
export function show ({ samples }) {
  const of = figure => milliseconds(median(samples.map(sample => sample[figure])))
  return table(['ovoc-mock ms', 'stock Fastify with one route ms'], [[of('ours'), of('stock')]])
}

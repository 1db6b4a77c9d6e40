// The same load and the same line of figures as wrk.lua, for machines without wrk.
import { dirname } from 'node:path'
import autocannon from 'autocannon'

const { url, headers, seconds, connections, ids } = JSON.parse(process.argv[2])
const folder = dirname(new URL(url).pathname)
const random = request => ({ ...request, path: `${folder}/${ids.first + ids.step * Math.floor(Math.random() * ids.count)}` })

const { requests, latency, errors, non2xx, duration } = await autocannon({
  url, headers, connections, duration: seconds, method: 'PUT', requests: ids && [{ setupRequest: random }]
})
console.log(JSON.stringify({
  rate: requests.total / duration, p50: latency.p50, p99: latency.p99, answers: requests.total, failures: errors + non2xx
}))
